"""Directories for products, where the system user that runs root's servers can walk to."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.netvalue.embedded.product import Product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def directory() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="netvalue-drill-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def fresh_at() -> Iterator[Callable[..., Product]]:
    """A product on a directory that has never seen one."""
    made: list[Product] = []

    def make(name: str = "data") -> Product:
        made.append(Product(place / name))
        return made[-1]

    with directory() as place:
        yield make
        for product in made:
            product.stop()


@pytest.fixture(scope="session")
def used() -> Iterator[Path]:
    """The data of a product that was started and stopped once."""
    with directory() as place:
        product = Product(place / "used").up().ready()
        assert product.stop() == 0
        yield product.data


@pytest.fixture
def product_at(fresh_at: Callable[..., Product], used: Path) -> Callable[..., Product]:
    """A product on a copy of such data, which starts in a fraction of the time."""

    def make(name: str = "data") -> Product:
        product = fresh_at(name)
        subprocess.run(["cp", "-a", used, product.data], check=True)
        return product

    return make


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    """One product for all the questions that leave it as it is."""
    with directory() as place:
        product = Product(place / "a running product").up().ready()
        yield product
        product.stop()


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can do this to a machine")
