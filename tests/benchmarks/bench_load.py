"""Many people answer the checklist at once while web and worker are killed: lost 0, doubled 0."""

from __future__ import annotations

import os

from tests.load.run import run
from tests.netvalue.embedded.conftest import directory
from tests.netvalue.embedded.product import Product


def bench_checklist_load() -> None:
    """`LOAD_PEOPLE` (200) for `LOAD_SECONDS` (60), on a product of its own."""
    people = int(os.environ.get("LOAD_PEOPLE", "200"))
    seconds = float(os.environ.get("LOAD_SECONDS", "60"))
    with directory() as place:
        product = Product(place / "load").up().ready()
        try:
            outcome = run(product, people, seconds, pause=6, thinks=1)
        finally:
            product.stop()
    print("\n" + "\n".join(outcome.lines()))
    assert outcome.tally.wrong == []
    assert outcome.faults == []
