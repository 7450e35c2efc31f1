"""Which buttons a reminder has, and which are left once some were pressed."""

from __future__ import annotations

import pytest

from contacts import acting, deeds
from netvalue.outbox import acts, kinds
from netvalue.outbox.deeds import Deed, left

DONE, TALKED, LATER, STOP = Deed.DONE, Deed.TALKED, Deed.LATER, Deed.STOP


@pytest.mark.parametrize(
    ("kind", "about", "expected"),
    [
        ("birthday", {}, [DONE, TALKED, LATER, STOP]),
        ("birthday", {"dead": True}, []),
        ("date", {}, [DONE, TALKED, LATER, STOP]),
        ("date", {"dead": True}, [DONE, LATER, STOP]),
        ("followup", {}, [DONE, TALKED, LATER, STOP]),
        ("followup", {"about_somebody": False}, [DONE, LATER]),
        ("followup", {"settled": True}, [TALKED, STOP]),
        ("followup", {"about_somebody": False, "settled": True}, []),
        ("rhythm", {}, [TALKED, LATER, STOP]),
        ("rhythm", {"dead": True}, []),
        ("promise", {}, [DONE, LATER, STOP]),
        ("promise", {"settled": True}, [STOP]),
        ("remembrance", {"dead": True}, [STOP]),
        ("week", {}, []),
    ],
)
def test_what_is_offered(kind: str, about: dict[str, bool], expected: list[Deed]) -> None:
    assert list(deeds.offered(kind, **about)) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ([], [DONE, TALKED, LATER, STOP]),
        ([DONE], [TALKED, STOP]),
        ([TALKED], [DONE, LATER, STOP]),
        ([LATER], [DONE, TALKED, STOP]),
        ([STOP], [DONE, TALKED]),
        ([DONE, TALKED, STOP], []),
    ],
)
def test_what_is_left(standing: list[Deed], expected: list[Deed]) -> None:
    assert list(left(deeds.OFFERED["birthday"], standing)) == expected


def test_every_kind_that_offers_something_is_known() -> None:
    known = {name for name in kinds.names() if isinstance(acts.find(name), acting.AboutSomebody)}
    assert known == set(deeds.OFFERED)
