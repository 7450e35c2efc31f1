"""What the words of a search look for, and that the database folds letters as Python does."""

from __future__ import annotations

import pytest
from django.db import connection

from contacts.finding import Wanted, looked_for, plain
from contacts.models import Contact
from tests.factories import ContactFactory


def words(*wanted: str) -> list[Wanted]:
    return [((word,),) for word in wanted]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", []),
        ("anna  müller", words("anna", "müller")),
        ("müller-lü", words("müller", "lü")),
        ("und/oder (Chor)", words("und", "oder", "Chor")),
        ("o'brien", words("o'brien")),
        ("'", []),
        ("((", []),
        ("- – ! \u0301", []),
        ("100%", words("100%")),
        ("2024", words("2024")),
        ("007", words("007")),
        ("7", words("7")),
        ("0171 23", [(("0171", "23"), ("17123",))]),
        ("+49 171 23", [(("+49", "171", "23"), ("17123",))]),
        ("0049171 23", [(("0049171", "23"), ("17123",))]),
        ("+49 (0) 171 / 23", [(("+49", "0", "171", "23"), ("17123",))]),
        ("+1 (555) 010-99", [(("+1", "555", "010", "99"), ("55501099",))]),
        ("+353 1 23", [(("+353", "1", "23"), ("123",))]),
        ("+49 1", [(("+49", "1"), ("491",))]),
        ("+49", words("+49")),
        ("0", words("0")),
        ("anna 0171 23 chor", [(("anna",),), (("0171", "23"), ("17123",)), (("chor",),)]),
        ("a b c d e f g h i j", words(*"abcdefgh")),
    ],
)
def test_what_is_looked_for(typed: str, wanted: list[Wanted]) -> None:
    assert looked_for(typed) == wanted


def folded_by_the_database(first: int, last: int) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chr(n), contacts_plain(chr(n)) FROM generate_series(%s::int, %s) AS n", [first, last]
        )
        rows: list[tuple[str, str]] = cursor.fetchall()
        return rows


@pytest.mark.django_db
def test_the_letters_of_our_languages_are_folded_alike_here_and_there() -> None:
    differ = [
        (letter, folded, plain(letter))
        for letter, folded in folded_by_the_database(0x20, 0x17F)
        if letter.isalpha() and plain(letter) != folded
    ]
    assert differ == []


@pytest.mark.django_db
def test_what_is_nothing_to_the_database_finds_nobody() -> None:
    ContactFactory.create()
    empty = [letter for letter, folded in folded_by_the_database(1, 0x33FF) if not folded.strip()]
    assert len(empty) > 100
    for letter in empty:
        assert not Contact.objects.matching(letter), hex(ord(letter))
