"""A round: each pair is asked about once; one stops and goes on; nobody is asked about who is put away."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact, Tie, TieRound, TieRoundPerson
from contacts.models.ties import As
from contacts.rounds import MOST, Asking
from tests.contacts.test_models import run_at_once
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from django.db.models import Model
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

START = reverse("contacts:round")


# ---- which pairs, page by page


@pytest.mark.parametrize(
    ("people", "pages"),
    [
        ([], []),
        ([(1, "a")], []),
        ([(1, "a"), (2, "b")], [(1, "a", "b")]),
        ([(1, "a"), (2, "b"), (3, "c")], [(1, "a", "bc"), (2, "b", "c")]),
        # Whoever has left leaves a gap.
        ([(2, "b"), (5, "e"), (9, "i")], [(2, "b", "ei"), (5, "e", "i")]),
    ],
)
def test_each_is_asked_about_with_those_after_them(
    people: list[tuple[int, str]], pages: list[tuple[int, str, str]]
) -> None:
    assert [(page.place, page.who, "".join(page.others)) for page in Asking(people).pages] == pages


@pytest.mark.parametrize(
    ("reached", "following", "may", "pairs"),
    [(0, 2, [2], []), (1, 2, [2], []), (2, 5, [2, 5], ["be", "bi"]), (4, 5, [2, 5], ["be", "bi"]),
     (5, None, [2, 5], ["be", "bi", "ei"]), (9, None, [2, 5], ["be", "bi", "ei"])],
)  # fmt: skip
def test_one_comes_as_far_as_one_has_answered(
    reached: int, following: int | None, may: list[int], pairs: list[str]
) -> None:
    asking = Asking([(2, "b"), (5, "e"), (9, "i")], reached)
    assert (asking.next and asking.next.place) == following
    assert [place for place in range(12) if asking.at(place)] == may
    assert [one + other for one, other in asking.pairs()] == pairs


@given(places=st.sets(st.integers(1, 60), max_size=MOST))
def test_every_pair_is_asked_about_once(places: set[int]) -> None:
    people = [(place, f"person {place}") for place in sorted(places)]
    asked, reached, pages = [], 0, 0
    while (page := Asking(people, reached).next) is not None:
        assert Asking(people, reached).number(page) == pages + 1
        asked += [frozenset((page.who, other)) for other in page.others]
        reached, pages = page.place, pages + 1
    everybody = [who for _place, who in people]
    assert len(asked) == len(set(asked))
    assert set(asked) == {frozenset(pair) for pair in combinations(everybody, 2)}
    assert {frozenset(pair) for pair in Asking(people, reached).pairs()} == set(asked)


@given(
    places=st.sets(st.integers(1, 60), min_size=2, max_size=MOST),
    leaving=st.lists(st.integers(1, 60), max_size=9),
)
def test_whoever_leaves_meanwhile_is_not_asked_about_and_everybody_else_is(
    places: set[int], leaving: list[int]
) -> None:
    left = set(places)
    asked, reached, leavers = set(), 0, iter(leaving)
    while (page := Asking([(place, place) for place in sorted(left)], reached).next) is not None:
        assert {page.who, *page.others} <= left
        asked |= {(page.who, other) for other in page.others}
        reached = page.place
        left.discard(next(leavers, 0))
    assert set(combinations(sorted(left), 2)) <= asked


# ---- beginning


@pytest.fixture
def people(user: User) -> list[Contact]:
    return [ContactFactory.create(owner=user, given=name, family="") for name in ("Ada", "Bo", "Cy", "Di")]


def begun(client: Client, **fields: Any) -> TieRound:
    response = client.post(START, {"token": str(uuid.uuid4()), **fields})
    assert response.status_code == 303
    return TieRound.objects.get(finished_at=None)


def page_of(tie_round: TieRound, place: int) -> str:
    return reverse("contacts:round_page", args=[tie_round.uid, place])


def sheet(client: Client, url: str, **said: str) -> dict[str, str]:
    """What the form of a page would send: as it was shown, but for what is said by first name."""
    form = client.get(url).context["form"]
    fields = {bound.html_name: str(bound.value() or "") for bound in form}
    for who, _besides, field, _was in form.rows:
        if who.given in said:
            fields[field.html_name] = said[who.given]
    return fields


def ties(user: User) -> list[str]:
    return sorted(f"{tie.one}–{tie.other} {tie.kind}" for tie in Tie.objects.of(user).kept())


def test_a_round_is_drawn_from_the_living_people_in_view(
    signed_in: Client, user: User, stranger: User, people: list[Contact]
) -> None:
    ContactFactory.create(owner=stranger)
    ContactFactory.create(owner=user, kind=Contact.Kind.ORGANISATION, organisation="Mokka")
    ContactFactory.create(owner=user, deceased=True)
    ContactFactory.create(owner=user).hide()
    ContactFactory.create(owner=user).archive()
    drawn = begun(signed_in)
    # In the order of their names.
    assert [(part.place, part.contact) for part in drawn.parts.order_by("place")] == [
        *enumerate(people, start=1)
    ]


def test_everybody_is_as_likely_to_be_drawn(user: User) -> None:
    Contact.objects.bulk_create(Contact(owner=user, given=f"{n:02}") for n in range(2 * MOST))
    drawn: dict[int, int] = {}
    for _ in range(40):
        one = TieRound.objects.begin(user, uuid.uuid4())
        assert one is not None
        assert one.parts.count() == MOST
        for pk in one.parts.values_list("contact", flat=True):
            drawn[pk] = drawn.get(pk, 0) + 1
    # Each is expected in 20 of 40 rounds; to be never or always in would be a wonder.
    assert len(drawn) == 2 * MOST
    assert all(2 < times < 38 for times in drawn.values())


def test_of_two_people_there_is_no_round(signed_in: Client, user: User, people: list[Contact]) -> None:
    for who in people[2:]:
        who.archive()
    text = signed_in.get(START).text
    assert "For this it takes three people at least." in text
    assert signed_in.post(START, {"token": str(uuid.uuid4())})["Location"] == START
    assert not TieRound.objects.exists()


def test_a_form_sent_twice_begins_one_round_and_a_new_one_ends_the_open_one(
    signed_in: Client, people: list[Contact]
) -> None:
    token = str(uuid.uuid4())
    first = begun(signed_in, token=token)
    assert begun(signed_in, token=token) == first
    second = begun(signed_in)
    assert second != first
    first.refresh_from_db()
    assert first.finished_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        TieRound.objects.create(owner=first.owner)
    for bad in ({}, {"token": "x"}, {"token": "\x00"}):
        assert signed_in.post(START, bad).status_code == 422


# ---- answering


def test_a_round_from_the_first_page_to_the_end(signed_in: Client, user: User, people: list[Contact]) -> None:
    signed_in.get(START)
    response = signed_in.post(START, {"token": str(uuid.uuid4())}, follow=True)
    drawn = TieRound.objects.get()
    assert response.request["PATH_INFO"] == page_of(drawn, 1)
    assert "Whom does Ada know?" in response.text
    assert ">1 of 3<" in response.text
    moves = [(1, {"Bo": "knows", "Di": "close"}), (2, {}), (3, {"Di": "knows"})]
    for place, said in moves:
        url = page_of(drawn, place)
        answer = signed_in.post(url, sheet(signed_in, url, **said))
        ahead = page_of(drawn, place + 1) if place < 3 else drawn.get_absolute_url()
        assert answer["Location"] == ahead
    assert ties(user) == ["Ada–Bo knows", "Ada–Di close", "Cy–Di knows"]
    text = signed_in.get(drawn.get_absolute_url()).text
    assert "You were asked about 6 pairs. 3 of them know each other, one is especially close." in text
    assert "Neither is better" in text
    drawn.refresh_from_db()
    assert drawn.finished_at is not None
    # Nothing was written down of strangers.
    assert Tie.objects.count() == 3


def test_one_stops_and_goes_on_and_nothing_that_was_chosen_is_lost(
    signed_in: Client, user: User, people: list[Contact]
) -> None:
    drawn = begun(signed_in)
    url = page_of(drawn, 1)
    assert signed_in.post(url, {**sheet(signed_in, url, Cy="knows"), "action": "later"})["Location"] == START
    assert ties(user) == ["Ada–Cy knows"]
    waiting = signed_in.get(START).text
    assert "Go on with 1 of 3" in waiting
    signed_in.post(url, sheet(signed_in, url))
    assert "Go on with 2 of 3" in signed_in.get(START).text
    assert signed_in.get(drawn.get_absolute_url())["Location"] == page_of(drawn, 2)
    second = page_of(drawn, 2)
    answer = signed_in.post(second, {**sheet(signed_in, second, Di="close"), "action": "back"})
    assert answer["Location"] == url
    assert ties(user) == ["Ada–Cy knows", "Bo–Di close"]
    assert re.search(r'value="knows"[^>]*checked', signed_in.get(url).text)
    # Nobody runs ahead.
    assert signed_in.get(page_of(drawn, 3))["Location"] == second
    assert signed_in.post(page_of(drawn, 3), {})["Location"] == second


def test_a_page_takes_back_what_it_showed_and_nothing_else(
    signed_in: Client, user: User, people: list[Contact]
) -> None:
    ada, bo, cy, di = people
    drawn = begun(signed_in)
    url = page_of(drawn, 1)
    mine = Tie.objects.of(user)
    mine.say(ada, [bo, cy], As.KNOWS)
    mine.say(ada, [bo], As.SIBLING)
    mine.say(ada, [ContactFactory.create(owner=user, given="Eve", family="")], As.CLOSE)
    open_before = sheet(signed_in, url, Cy="")
    # Another tab says more while this one lies open.
    mine.say(ada, [di], As.CLOSE)
    response = signed_in.post(url, open_before, follow=True)
    assert ties(user) == ["Ada–Bo knows", "Ada–Bo sibling", "Ada–Di close", "Ada–Eve close"]
    assert "Removed: Ada: knows Cy" in response.text
    gone = Tie.objects.removed().get()
    signed_in.post(reverse("contacts:bring_back", args=["ties", gone.pk]))
    assert mine.kept().count() == 5


def test_whoever_is_something_to_somebody_is_no_stranger(
    signed_in: Client, user: User, people: list[Contact]
) -> None:
    ada, bo, *_others = people
    Tie.objects.of(user).say(ada, [bo], As.CHILD)
    drawn = begun(signed_in)
    url = page_of(drawn, 1)
    text = signed_in.get(url).text
    assert "child of …" in text
    assert text.count('value="" id=') == 2  # of Cy and Di alone
    signed_in.post(url, sheet(signed_in, url))
    assert ties(user) == ["Bo–Ada parent"]
    signed_in.post(url, sheet(signed_in, url, Bo="close"))
    assert ties(user) == ["Ada–Bo close", "Bo–Ada parent"]


def test_whoever_is_put_away_leaves_the_round(signed_in: Client, user: User, people: list[Contact]) -> None:
    _ada, bo, cy, di = people
    drawn = begun(signed_in)
    open_before = sheet(signed_in, page_of(drawn, 1), Bo="knows", Cy="knows")
    bo.hide()
    assert "Bo" not in re.findall(r"<b>(\w+)</b>", signed_in.get(page_of(drawn, 1)).text)
    answer = signed_in.post(page_of(drawn, 1), open_before)
    assert answer["Location"] == page_of(drawn, 3)
    assert ties(user) == ["Ada–Cy knows"]
    assert signed_in.get(page_of(drawn, 2))["Location"] == page_of(drawn, 3)
    bo.show()
    assert ">2 of 2<" in signed_in.get(page_of(drawn, 3)).text
    di.archive()
    # Nobody is left to ask about: what was asked is told.
    text = signed_in.get(drawn.get_absolute_url()).text
    assert "You were asked about one pair. In one of them the two know each other." in text
    assert "Go on with" not in signed_in.get(START).text
    Contact.objects.filter(pk=cy.pk).delete()
    assert TieRoundPerson.objects.filter(round=drawn).count() == 2
    assert signed_in.get(drawn.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("value", ["sibling", "x" * 10_000, "\x00", "\ud800", "KNOWS"])
def test_what_cannot_be_read_is_said_and_nothing_of_the_page_is_saved(
    signed_in: Client, user: User, people: list[Contact], value: str
) -> None:
    drawn = begun(signed_in)
    url = page_of(drawn, 1)
    for field in ("tie", "was"):
        fields = {**sheet(signed_in, url, Cy="close"), f"{field}-{people[1].uid}": value}
        sent = "&".join(f"{name}={quoted(text)}" for name, text in fields.items())
        response = signed_in.post(url, sent, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 422
        assert "Something on this page could not be read" in response.text
        assert re.search(r'value="close"[^>]*checked', response.text)
        assert not Tie.objects.exists()


def quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def checked_at_once(row: Model) -> None:
    row.save()
    run_at_once("SELECT 1")


def test_strangers_do_not_see_a_round_and_the_database_keeps_owners_apart(
    signed_in: Client, user: User, stranger: User, people: list[Contact]
) -> None:
    drawn = begun(signed_in)
    other = Client()
    other.force_login(stranger)
    for url in (drawn.get_absolute_url(), page_of(drawn, 1)):
        assert other.get(url).status_code == 404
        assert other.post(url, {}).status_code in {404, 405}
    theirs = ContactFactory.create(owner=stranger)
    for part in (
        TieRoundPerson(owner=user, round=drawn, contact=theirs, place=30),
        TieRoundPerson(owner=stranger, round=drawn, contact=theirs, place=30),
        TieRoundPerson(owner=user, round=drawn, contact=people[0], place=31),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            checked_at_once(part)


def test_a_round_of_twenty_five_costs_what_one_of_three_costs(
    signed_in: Client,
    user: User,
    people: list[Contact],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    costs = []
    for many in (0, 60):
        Contact.objects.bulk_create(Contact(owner=user, given=f"{n:02}") for n in range(many))
        drawn = begun(signed_in)
        everybody = [who for _place, who in drawn.asking().people]
        Tie.objects.of(user).say(everybody[0], everybody[1:], As.KNOWS)
        for url in (START, page_of(drawn, 1)):
            with django_assert_max_num_queries(8) as queries:
                signed_in.get(url)
            costs.append(len(queries))
        drawn.reach(drawn.asking().pages[-1].place)
        with django_assert_max_num_queries(8) as queries:
            signed_in.get(drawn.get_absolute_url())
        costs.append(len(queries))
    assert costs[:3] == costs[3:]


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_posts_at_once_have_one_effect() -> None:
    user = UserFactory.create()
    people = [ContactFactory.create(owner=user, given=name, family="") for name in ("Ada", "Bo", "Cy")]
    client, token = Client(), str(uuid.uuid4())
    client.force_login(user)
    at_once(client, [(START, {"token": token})] * 20)
    drawn = TieRound.objects.get()
    assert drawn.parts.count() == 3
    url = page_of(drawn, 1)
    fields = sheet(client, url, Bo="close", Cy="knows")
    # And the other way round, on the other's own page.
    ways = [
        (reverse("contacts:add_tie", args=[people[1].uid]), {"people": str(people[0].uid), "role": "close"})
    ]
    answers = at_once(client, [(url, fields), *ways] * 10)
    assert set(answers) == {303}
    assert Tie.objects.kept().count() == 2
    assert Tie.objects.count() == 2


def at_once(client: Client, posts: list[tuple[str, dict[str, str]]]) -> list[int]:
    def post(sent: tuple[str, dict[str, str]]) -> int:
        mine = Client(raise_request_exception=False)
        mine.cookies = client.cookies
        try:
            return mine.post(*sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(post, posts))
