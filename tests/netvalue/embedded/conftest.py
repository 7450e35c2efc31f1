"""A directory for a product's data, where the system user that runs root's servers can walk to."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.netvalue.embedded.product import STOP, Product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def products() -> Iterator[Callable[[str], Product]]:
    directory = Path(tempfile.mkdtemp(prefix="netvalue-drill-", dir="/tmp"))
    directory.chmod(0o711)
    made: list[Product] = []

    def make(name: str = "data") -> Product:
        made.append(Product(directory / name))
        return made[-1]

    yield make
    for product in made:
        if product.process and product.process.poll() is None:
            product.process.send_signal(signal.SIGTERM)
            product.process.wait(STOP)
    shutil.rmtree(directory, ignore_errors=True)


product_at = pytest.fixture(products)


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    """One product for all the questions that leave it as it is."""
    for make in products():
        yield make("a running product").up().ready()


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can do this to a machine")
