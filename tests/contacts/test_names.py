"""A table of names."""

from __future__ import annotations

import pytest

from contacts.names import Name, tidy


@pytest.mark.parametrize(
    ("name", "shown", "called"),
    [
        (Name(given="Ada", family="Lovelace"), "Ada Lovelace", "Ada"),
        (Name(given="Ada"), "Ada", "Ada"),
        (Name(family="Lovelace"), "Lovelace", "Lovelace"),
        (
            Name(prefix="Dr.", given="Benedikt", additional="Maria", family="von der Heydt", suffix="jun."),
            "Dr. Benedikt Maria von der Heydt jun.",
            "Benedikt",
        ),
        (Name(given="Grzegorz", family="Wójcik", nickname="Grześ"), "Grzegorz Wójcik", "Grześ"),
        (Name(nickname="Oma"), "Oma", "Oma"),
        (Name(prefix="Dr.", nickname="Doc"), "Doc", "Doc"),
        (Name(organisation="Museum für Kunst"), "Museum für Kunst", "Museum für Kunst"),
        (
            Name(given="Ivana", family="Kovačević", organisation="Museum für Kunst", is_organisation=True),
            "Museum für Kunst",
            "Museum für Kunst",
        ),
        (Name(given="Ivana", is_organisation=True), "Ivana", "Ivana"),
    ],
)
def test_what_somebody_is_called(name: Name, shown: str, called: str) -> None:
    assert (name.shown, name.called) == (shown, called)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("  Ada \t Lovelace\n", "Ada Lovelace"), ("Mu\u0308ller", "Müller"), ("", ""), ("李 明", "李 明")],
)
def test_the_same_name_is_the_same_text(written: str, kept: str) -> None:
    assert tidy(written) == kept


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        (Name(prefix="Dr.", given="Ada", additional="Byron", family="Lovelace"), "Ada Lovelace"),
        (Name(family="Lovelace", prefix="Dr."), "Lovelace"),
        (Name(nickname="Oma"), "Oma"),
        (Name(given="Ivana", organisation="Museum für Kunst", is_organisation=True), "Museum für Kunst"),
    ],
)
def test_initials_come_from_the_bare_name(name: Name, bare: str) -> None:
    assert name.bare == bare
