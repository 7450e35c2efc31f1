"""What the list says about why somebody was found."""

from __future__ import annotations

import pytest

from contacts.finding import looked_for
from contacts.why import why

NOTE = (
    "Mag Jazz und lange Wege.\n"
    "Spielt seit Jahren Gitarre (und Oboe), kennt Jo aus Köln, hat neulich über Brücken gesprochen."
)
ROWS = "+49 (0)171 2345\nada@example.org\n04103 Leipzig"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("anna", None),
        ("mueller", None),
        ("anna müll", None),
        ("gitarre", ("Note", "Spielt seit Jahren Gitarre (und Oboe), kennt Jo aus Köln, hat neulich …")),
        ("OBO", ("Note", "… seit Jahren Gitarre (und Oboe), kennt Jo aus Köln, hat neulich über Brücken …")),
        ("bruecken", ("Note", "… aus Köln, hat neulich über Brücken gesprochen.")),
        ("anna jazz", ("Note", "Mag Jazz und lange Wege.")),
        ("wa", None),
        ("we", ("Note", "Mag Jazz und lange Wege.")),
        ("0171 23", ("", "+49 (0)171 2345")),
        ("leipzig jazz", ("", "04103 Leipzig")),
        ("ada@ex", ("", "ada@example.org")),
        ("xylophon", None),
    ],
)  # fmt: skip
def test_the_first_word_one_does_not_see_is_shown_where_it_stands(
    typed: str, said: tuple[str, str] | None
) -> None:
    assert why(looked_for(typed), "Anna Müller Choir", [("", ROWS), ("Note", NOTE)]) == said


def test_a_line_without_end_is_cut() -> None:
    found = why(looked_for("xyz"), "Anna", [("Note", "a" * 300 + "xyz" + "b" * 300)])
    assert found == ("Note", "a" * 120 + " …")
