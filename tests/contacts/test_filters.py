"""What narrows the list: each filter by a table, the chips, and addresses that are old or made up."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.http import QueryDict

from contacts.around import Around, Season
from contacts.forms.sieve import SieveForm
from contacts.models import Circle, Contact, Interaction, Membership
from tests.contacts.test_list import LIST, NAMES, shown
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from contacts.sieve import Sieve
    from netvalue.accounts.models import User

CHIPS = re.compile(r'<a class="chip" href="([^"]*)">([^<]+)<')
LEFT_OUT = "Not everything in this address exists any more."


NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
# Bo's was on the last day that counts; of Cy’s only the summer is known.
TALKED = {
    "Ada": (Around(2026, 11, 30), Around(2020, 1, 1)),
    "Bo": (Around(2026, 10, 30), Around(2025, 1, 1)),
    "Cy": (Around(2026, season=Season.SUMMER),),
}


def everybody(user: User) -> None:
    born = {"birth_month": 5, "birth_day": 1}
    people: dict[str, dict[str, Any]] = {
        "Ada": {"closeness": 10, "for_inspiration": True, "is_confidant": True, **born},
        "Bo": {
            "closeness": 8,
            "rhythm_days": 14,
            "for_inspiration": True,
            "for_business": True,
            "birth_year": 1980,
        },
        "Cy": {
            "closeness": 3,
            "rhythm_days": 180,
            "for_competence": True,
            "is_confidant": False,
            "birth_month": 5,
        },
        "Di": {"closeness": 0, "rhythm_days": 365, **born},
        "Ed": {"is_business": True, "for_business": True},
        "Flo": {"deceased": True},
    }
    for name, fields in people.items():
        contact = ContactFactory.create(owner=user, given=name, family="", **fields)
        for when in TALKED.get(name, ()):
            Interaction.objects.note(user, [contact], uuid4(), when=when, kind="call")
    Contact.objects.filter(given="Di").update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    ContactFactory.create(owner=user, given="", family="", organisation="Gmbh", kind="organisation")
    ContactFactory.create(owner=user, given="Hal", family="", is_business=True).archive()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "Ada Bo Cy Di Ed Flo Gmbh"),
        ("function=inspiration", "Ada Bo"),
        ("function=curation", ""),
        ("function=recommendation", ""),
        ("function=competence", "Cy"),
        ("function=business", "Bo Ed"),
        ("function=inspiration&function=competence", "Ada Bo Cy"),
        ("closeness=9-10", "Ada"),
        ("closeness=7-8", "Bo"),
        ("closeness=5-6", ""),
        ("closeness=3-4", "Cy"),
        ("closeness=0-2", "Di"),
        ("closeness=open", "Ed Flo Gmbh"),
        ("closeness=0-2&closeness=9-10", "Ada Di"),
        ("closeness=open&closeness=7-8", "Bo Ed Flo Gmbh"),
        ("closeness=9-10&function=inspiration", "Ada"),
        ("closeness=9-10&function=competence", ""),
        ("quiet=1", "Bo Cy Di"),
        ("quiet=3", "Cy Di"),
        ("quiet=6", "Di"),
        ("quiet=12", "Di"),
        ("quiet=36", ""),
        ("quiet=never", "Di Ed Flo Gmbh"),
        ("rhythm=due", "Bo Cy Di"),
        ("rhythm=drifting", "Bo"),
        ("rhythm=drifting&quiet=3", ""),
        ("shelf=archive&rhythm=due", ""),
        ("quiet=3&closeness=3-4", "Cy"),
        ("kind=person", "Ada Bo Cy Di Ed Flo"),
        ("kind=organisation", "Gmbh"),
        ("business=only", "Ed"),
        ("business=without", "Ada Bo Cy Di Flo Gmbh"),
        ("birthday=none", "Bo Cy Ed"),
        ("confidant=yes", "Ada"),
        ("shelf=archive", "Hal"),
        ("shelf=archive&business=only", "Hal"),
        ("shelf=archive&kind=organisation", ""),
        ("q=b&function=inspiration", "Bo"),
    ],
)
@time_machine.travel(NOON)
def test_each_filter_lets_through_whom_it_names(
    signed_in: Client, user: User, query: str, found: str
) -> None:
    everybody(user)
    response = signed_in.get(f"{LIST}?{query}")
    assert NAMES.findall(response.text) == found.split()
    assert LEFT_OUT not in response.text


def test_somebody_in_two_of_the_circles_stands_once(signed_in: Client, user: User) -> None:
    choir, office, street = (Circle.objects.create(owner=user, name=n) for n in ("Choir", "Office", "Street"))
    for name, circles in {"Both": (choir, office), "One": (office,), "Other": (street,), "None": ()}.items():
        contact = ContactFactory.create(owner=user, given=name, family="")
        for circle in circles:
            Membership.objects.create(owner=user, circle=circle, contact=contact)
    query = f"circle={choir.pk}&circle={office.pk}"
    response = signed_in.get(f"{LIST}?{query}")
    assert NAMES.findall(response.text) == ["Both", "One"]
    assert "2 contacts" in response.text
    assert [name for _, name in CHIPS.findall(response.text)] == ["Choir", "Office"]


def test_each_chip_takes_one_filter_away_and_keeps_the_rest(signed_in: Client, user: User) -> None:
    everybody(user)
    url = f"{LIST}?q=a&closeness=9-10&closeness=7-8&kind=person&sort=close"
    page = signed_in.get(url).text
    chips = {name: href.replace("&amp;", "&") for href, name in CHIPS.findall(page)}
    assert chips == {
        "Closeness: very close": "?q=a&closeness=7-8&kind=person&sort=close",
        "Closeness: close": "?q=a&closeness=9-10&kind=person&sort=close",
        "People only": "?q=a&closeness=9-10&closeness=7-8&sort=close",
    }
    assert 'href="?q=a&amp;sort=close">Clear the filters</a>' in page
    assert re.search(r'type="hidden" name="sort" value="close"', page)


def test_the_menu_shows_what_is_chosen(signed_in: Client, user: User) -> None:
    page = signed_in.get(f"{LIST}?closeness=7-8&kind=organisation&birthday=none").text
    assert len(re.findall(r"<input[^>]+ checked>", page)) == 2
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["organisation"]


def test_the_menu_speaks_the_language_of_whoever_asks(signed_in: Client, user: User) -> None:
    assert "People only" in signed_in.get(LIST).text
    user.language = "de"
    user.save()
    page = signed_in.get(f"{LIST}?kind=person").text
    assert '<option value="person" selected>Nur Menschen</option>' in page
    assert '<option value="person">Nur Menschen</option>' in signed_in.get(LIST).text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("circle=x", "Circles"),
        (f"circle={9**30}", "Circles"),
        ("circle=%00", "Circles"),
        ("circle=-1", "Circles"),
        ("function=flattery", "What you find with them"),
        ("closeness=11", "Closeness"),
        ("closeness=%F0%9F", "Closeness"),
        ("kind=robot", "People and organisations"),
        ("kind=person&kind=organisation", "People and organisations"),
        ("quiet=2", "Last conversation"),
        ("rhythm=late", "Rhythm"),
        ("business=maybe", "Purely business"),
        ("birthday=all", "Birthday"),
        ("confidant=no", "I confide in them"),
        ("shelf=attic", "Which contacts"),
        ("sort=worth", "Order"),
        ("circle=x&sort=worth", "Circles, Order"),
    ],
)
def test_what_does_not_exist_is_left_out_and_said(
    signed_in: Client, user: User, query: str, said: str
) -> None:
    ContactFactory.create(owner=user, given="Ada", family="X", closeness=8)
    response = signed_in.get(f"{LIST}?closeness=7-8&{query}")
    assert response.status_code == 200
    assert f"{LEFT_OUT} Left out: {said}." in response.text
    assert NAMES.findall(response.text) == ["Ada X"]
    assert "Closeness: close" in response.text


@pytest.mark.parametrize(
    "query", ["circle=&closeness=&sort=&after=", "utm=1&page=7", "after=x", "at=x", "at=9"]
)
def test_what_asks_for_nothing_changes_nothing(signed_in: Client, user: User, query: str) -> None:
    ContactFactory.create(owner=user, given="Ada", family="X")
    response = signed_in.get(f"{LIST}?{query}")
    assert NAMES.findall(response.text) == ["Ada X"]
    assert LEFT_OUT not in response.text


def test_a_strangers_circle_does_not_exist(signed_in: Client, user: User, stranger: User) -> None:
    circle = Circle.objects.create(owner=stranger, name="Canary")
    ContactFactory.create(owner=user, given="Ada", family="X")
    response = signed_in.get(LIST, {"circle": circle.pk})
    assert "Left out: Circles." in response.text
    assert "Canary" not in response.text
    assert NAMES.findall(response.text) == ["Ada X"]


def test_words_that_cannot_be_looked_for_leave_the_filters_as_they_are(signed_in: Client, user: User) -> None:
    response = signed_in.get(f"{LIST}?q={'x' * 101}&closeness=7-8&sort=close")
    assert response.status_code == 422
    assert 'value="7-8" checked' in response.text
    assert 'name="sort" value="close"' in response.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("function=curation", "Nobody is noted for this yet."),
        ("closeness=9-10", "Nobody here has this closeness."),
        ("rhythm=due", "Nobody just now."),
        ("quiet=1", "You have talked with everybody here."),
        ("kind=organisation", "Nobody of this kind is here."),
        ("business=only", "Nobody passes this filter."),
        ("birthday=none", "Nobody without a birthday here."),
        ("confidant=yes", "Nobody is noted as somebody you confide in."),
        ("shelf=archive", "The archive is empty."),
        ("shelf=archive&confidant=yes", "Nobody passes all of these filters."),
        ("q=zzz&confidant=yes", "Try another spelling, or look without the filters."),
        ("q=zzz", "Try another spelling.</p>"),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(signed_in: Client, user: User, query: str, said: str) -> None:
    ContactFactory.create(owner=user, birth_month=5, birth_day=1)
    response = signed_in.get(f"{LIST}?{query}")
    assert said in response.text
    assert "0 contacts" in response.text


def sieve_of(query: str, user: User) -> Sieve:
    form = SieveForm(QueryDict(query), owner=user, today=date(2026, 11, 22))
    assert form.is_readable
    return form.sieve()


def test_what_is_the_same_is_written_the_same_way(user: User) -> None:
    first, second = (Circle.objects.create(owner=user, name=name) for name in ("Z", "A"))
    one = f"sort=close&x=1&circle={second.pk}&q=a++b&closeness=open&kind=person&closeness=7-8"
    one += f"&circle={first.pk}"
    other = f"q=a b&circle={first.pk}&circle={second.pk}&closeness=7-8&closeness=open&kind=person&sort=close"
    assert sieve_of(one, user).query == sieve_of(other, user).query
    again = sieve_of(sieve_of(one, user).query, user)
    assert again.query == sieve_of(one, user).query


def test_all_that_match_are_those_that_the_list_shows(signed_in: Client, user: User) -> None:
    everybody(user)
    for query in ("", "q=b", "closeness=open&kind=person", "shelf=archive"):
        people = sieve_of(query, user).people(user)
        assert sorted(it.display for it in people) == sorted(shown(signed_in, **QueryDict(query).dict()))


def test_the_menu_costs_one_question_whatever_is_chosen(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    circles = [Circle.objects.create(owner=user, name=f"Circle {n}") for n in range(30)]
    everybody(user)
    for circle in circles:
        Membership.objects.create(owner=user, circle=circle, contact=Contact.objects.of(user)[0])
    signed_in.get(LIST)
    costs = set()
    many = "&".join(f"circle={circle.pk}" for circle in circles)
    for query in ("", "closeness=open", many, "sort=birthday&business=without"):
        with django_assert_max_num_queries(8) as queries:
            signed_in.get(f"{LIST}?{query}")
        costs.add(len(queries))
    assert len(costs) == 1
