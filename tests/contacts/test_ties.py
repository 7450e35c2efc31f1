"""Who knows whom: written down from either side, changed, removed and brought back, never doubled."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from contacts.models import Contact, Tie
from contacts.models.ties import KINDS, As
from tests.contacts.test_models import run_at_once
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="")


@pytest.fixture
def bo(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Bo", family="")


@pytest.fixture
def cy(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Cy", family="")


def url(name: str, contact: Contact, *more: object) -> str:
    return reverse(f"contacts:{name}", args=[contact.uid, *more])


def say(one: Contact, role: As, *others: Contact) -> Tie:
    """The tie with the first of the others."""
    Tie.objects.of(one.owner).say(one, others, role)
    kind = As.PARENT if role is As.CHILD else role
    return Tie.objects.kept().about(one).about(others[0]).get(kind=kind)


def checked_at_once(tie: Tie) -> None:
    tie.save()
    run_at_once("SELECT 1")


def kept() -> list[str]:
    return sorted(f"{tie.one} {tie.kind} {tie.other}" for tie in Tie.objects.kept())


def told(client: Client, contact: Contact) -> dict[str, list[str]]:
    """What the card on somebody's page says."""
    rows = client.get(contact.get_absolute_url()).context["ties"]
    return {phrase: [they["name"] for they in people] for phrase, people in rows}


def bring_back(tie: Tie) -> str:
    return reverse("contacts:bring_back", args=["ties", tie.pk])


# ---- from either side


@pytest.mark.parametrize(
    ("role", "here", "there", "german"),
    [
        ("knows", "knows", "knows", "kennt"),
        ("close", "especially close to", "especially close to", "besonders eng mit"),
        ("partner", "together with", "together with", "zusammen mit"),
        ("parent", "mother or father of", "child of", "Kind von"),
        ("child", "child of", "mother or father of", "Mutter oder Vater von"),
        ("sibling", "brother or sister of", "brother or sister of", "Bruder oder Schwester von"),
        ("family", "related to", "related to", "verwandt mit"),
        ("friend", "friends with", "friends with", "befreundet mit"),
        ("colleague", "works with", "works with", "arbeitet mit"),
        ("introduced", "knows through you", "knows through you", "kennt durch dich"),
    ],
)
def test_a_tie_reads_from_either_side_in_both_languages(
    signed_in: Client, user: User, ada: Contact, bo: Contact, role: str, here: str, there: str, german: str
) -> None:
    response = signed_in.post(url("add_tie", ada), {"people": str(bo.uid), "role": role}, follow=True)
    assert f"Noted. Ada: {here} Bo." in response.text
    assert told(signed_in, ada) == {here: ["Bo"]}
    assert told(signed_in, bo) == {there: ["Ada"]}
    assert bo.get_absolute_url() in signed_in.get(ada.get_absolute_url()).text
    with translation.override("de"):
        assert str(Tie.objects.get().role_of(bo).label) == german


def test_every_word_can_be_said() -> None:
    assert len(As) == len(KINDS) + 1 == 10


def test_several_people_at_once(signed_in: Client, ada: Contact, bo: Contact, cy: Contact) -> None:
    response = signed_in.post(
        url("add_tie", ada), {"people": [str(bo.uid), str(cy.uid)], "role": "colleague"}, follow=True
    )
    assert "Noted. Ada: works with Bo, Cy." in response.text
    assert kept() == ["Ada colleague Bo", "Ada colleague Cy"]


def test_two_may_be_several_things_to_each_other_but_each_once(
    ada: Contact, bo: Contact, cy: Contact
) -> None:
    for role in (As.PARTNER, As.COLLEAGUE, As.INTRODUCED, As.KNOWS):
        for one, other in ((ada, bo), (bo, ada), (ada, bo)):
            say(one, role, other, cy)
    pair = Tie.objects.kept().about(ada).about(bo).order_by("kind").values_list("kind", flat=True)
    assert [*pair.all()] == ["colleague", "introduced", "knows", "partner"]
    # How strong it is is one row, and the last word counts.
    say(bo, As.CLOSE, ada)
    assert [*pair.all()] == ["close", "colleague", "introduced", "partner"]
    say(ada, As.KNOWS, bo)
    assert [*pair.all()] == ["colleague", "introduced", "knows", "partner"]


def test_who_is_the_parent_is_said_once_and_the_last_word_counts(ada: Contact, bo: Contact) -> None:
    say(ada, As.PARENT, bo)
    say(bo, As.CHILD, ada)
    assert kept() == ["Ada parent Bo"]
    say(bo, As.PARENT, ada)
    assert kept() == ["Bo parent Ada"]


def test_nobody_has_a_tie_with_themselves(signed_in: Client, ada: Contact) -> None:
    response = signed_in.post(url("add_tie", ada), {"people": str(ada.uid), "role": "knows"})
    assert response.status_code == 422
    Tie.objects.of(ada.owner).say(ada, [ada], As.KNOWS)
    assert not Tie.objects.exists()


# ---- what the database refuses


@pytest.mark.parametrize(
    ("before", "also", "is_refused"),
    [
        (("ada", "knows", "bo"), ("ada", "knows", "bo"), True),
        (("ada", "knows", "bo"), ("bo", "knows", "ada"), True),
        (("ada", "knows", "bo"), ("bo", "close", "ada"), True),
        (("ada", "parent", "bo"), ("bo", "parent", "ada"), True),
        (("ada", "knows", "bo"), ("ada", "friend", "bo"), False),
        (("ada", "knows", "bo"), ("ada", "knows", "cy"), False),
        (None, ("ada", "knows", "ada"), True),
        (None, ("ada", "child", "bo"), True),
        (None, ("ada", "stranger", "bo"), True),
        (None, ("ada", "", "bo"), True),
    ],
)
def test_the_database_keeps_one_tie_of_a_sort(
    ada: Contact, bo: Contact, cy: Contact,
    before: tuple[str, str, str] | None, also: tuple[str, str, str], is_refused: bool,  # noqa: FBT001 -- a column of the table
) -> None:  # fmt: skip
    people = {"ada": ada, "bo": bo, "cy": cy}

    def tie(one: str, kind: str, other: str, **fields: Any) -> Tie:
        return Tie.objects.create(owner=ada.owner, one=people[one], kind=kind, other=people[other], **fields)

    if before:
        tie(*before)
        tie(*before, removed_at=timezone.now())
    if not is_refused:
        tie(*also)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        tie(*also)


def test_both_ends_belong_to_the_owner(ada: Contact, stranger: User) -> None:
    theirs = ContactFactory.create(owner=stranger)
    for ends in ((ada, theirs), (theirs, ada)):
        for owner in (ada.owner, stranger):
            with pytest.raises(IntegrityError), transaction.atomic():
                checked_at_once(Tie(owner=owner, one=ends[0], other=ends[1], kind="knows"))


# ---- changing, removing, bringing back


def test_a_tie_is_changed_from_the_side_one_stands_on(signed_in: Client, ada: Contact, bo: Contact) -> None:
    tie = say(ada, As.KNOWS, bo)
    page = signed_in.get(url("tie", bo, tie.pk))
    assert page.context["form"]["role"].value() == As.KNOWS
    signed_in.post(url("tie", bo, tie.pk), {"role": "child"})
    assert kept() == ["Ada parent Bo"]
    signed_in.post(url("tie", bo, tie.pk), {"role": "parent"})
    assert kept() == ["Bo parent Ada"]


def test_what_it_is_changed_into_gives_way(signed_in: Client, ada: Contact, bo: Contact) -> None:
    friend = say(ada, As.FRIEND, bo)
    say(bo, As.CLOSE, ada)
    signed_in.post(url("tie", ada, friend.pk), {"role": "knows"})
    assert kept() == ["Ada knows Bo"]
    assert Tie.objects.count() == 1


def test_a_removed_one_is_brought_back_and_does_not_stand_in_the_way(
    signed_in: Client, ada: Contact, bo: Contact
) -> None:
    tie = say(ada, As.SIBLING, bo)
    response = signed_in.post(url("remove_tie", bo, tie.pk), follow=True)
    assert "Removed: Ada: brother or sister of Bo" in response.text
    assert bring_back(tie) in response.text
    assert kept() == []
    assert told(signed_in, ada) == {}
    signed_in.post(url("remove_tie", bo, tie.pk))
    signed_in.post(bring_back(tie))
    assert kept() == ["Ada sibling Bo"]
    tie.refresh_from_db()
    tie.remove()
    say(bo, As.SIBLING, ada)
    for _twice in range(2):
        signed_in.post(bring_back(tie))
        assert len(kept()) == 1
    assert Tie.objects.count() == 1


@pytest.mark.parametrize(
    ("removed", "since", "after", "in_bin"),
    [
        (As.CLOSE, As.KNOWS, "Ada close Bo", ["knows"]),
        (As.PARENT, As.CHILD, "Ada parent Bo", ["parent"]),
        (As.KNOWS, As.KNOWS, "Ada knows Bo", []),
        (As.PARENT, As.PARENT, "Ada parent Bo", []),
    ],
)
def test_what_was_said_since_gives_way_and_is_not_lost(
    signed_in: Client, ada: Contact, bo: Contact, removed: As, since: As, after: str, in_bin: list[str]
) -> None:
    tie = say(ada, removed, bo)
    tie.remove()
    say(ada, since, bo)
    signed_in.post(bring_back(tie))
    assert kept() == [after]
    assert [gone.kind for gone in Tie.objects.removed()] == in_bin


def test_what_one_tab_removed_and_another_saves_is_kept(signed_in: Client, ada: Contact, bo: Contact) -> None:
    tie = say(ada, As.KNOWS, bo)
    signed_in.post(url("remove_tie", ada, tie.pk))
    assert "This was removed." in signed_in.get(url("tie", ada, tie.pk)).text
    signed_in.post(url("tie", ada, tie.pk), {"role": "knows"})
    assert kept() == ["Ada knows Bo"]
    say(ada, As.CLOSE, bo)
    assert len(kept()) == 1


# ---- who is shown


def test_nobody_hidden_is_named_and_the_archived_are_marked(
    signed_in: Client, user: User, ada: Contact, bo: Contact, cy: Contact
) -> None:
    tie = say(ada, As.SIBLING, bo)
    say(ada, As.KNOWS, cy)
    bo.hide()
    cy.archive()
    for page in (ada.get_absolute_url(), url("ties", ada)):
        text = signed_in.get(page).text
        assert ">Bo<" not in text
        assert ">Cy</a>" in text
        assert "(in the archive)" in text
    assert signed_in.get(url("tie", ada, tie.pk)).status_code == 404
    assert signed_in.post(url("add_tie", ada), {"people": str(bo.uid), "role": "knows"}).status_code == 422


def test_ties_go_and_come_back_with_somebody(signed_in: Client, ada: Contact, bo: Contact) -> None:
    tie = say(ada, As.KNOWS, bo)
    bo.remove()
    assert told(signed_in, ada) == {}
    assert signed_in.get(url("tie", ada, tie.pk)).status_code == 404
    bo.bring_back()
    assert told(signed_in, ada) == {"knows": ["Bo"]}
    Contact.objects.filter(pk=bo.pk).delete()
    assert not Tie.objects.exists()
    assert signed_in.get(ada.get_absolute_url()).status_code == 200


def test_the_bin_says_what_it_was_and_about_whom(signed_in: Client, ada: Contact, bo: Contact) -> None:
    say(ada, As.SIBLING, bo).remove()
    text = signed_in.get(reverse("contacts:bin")).text
    assert "Who knows whom: brother or sister of …" in text
    for who in (ada, bo):
        assert who.get_absolute_url() in text


def test_a_stranger_finds_no_tie(client: Client, stranger: User, ada: Contact, bo: Contact) -> None:
    tie = say(ada, As.KNOWS, bo)
    mine = ContactFactory.create(owner=stranger)
    client.force_login(stranger)
    for page in (url("ties", ada), url("add_tie", ada), url("tie", ada, tie.pk), url("tie", mine, tie.pk)):
        assert client.get(page).status_code == 404
    for page in (url("remove_tie", ada, tie.pk), url("remove_tie", mine, tie.pk), bring_back(tie)):
        assert client.post(page).status_code == 404
    assert client.post(url("add_tie", mine), {"people": str(bo.uid), "role": "knows"}).status_code == 422
    assert kept() == ["Ada knows Bo"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"people": []}, "Please choose at least one person."),
        ({"people": "x"}, "Somebody you chose is not among your contacts any more."),
        ({"people": [str(uuid.uuid4())] * 51}, "Please choose fifty people at most."),
        ({"role": ""}, "Please choose what they are to each other."),
        ({"role": "enemy"}, "Select a valid choice."),
        ({"role": "x" * 10_000}, "Select a valid choice."),
        ({"role": "\x00"}, "Select a valid choice."),
        ({"who": "a\x00b"}, "Null characters"),
    ],
)
def test_what_cannot_be_is_said_at_its_place(
    signed_in: Client, ada: Contact, bo: Contact, fields: dict[str, Any], words: str
) -> None:
    response = signed_in.post(url("add_tie", ada), {"people": str(bo.uid), "role": "friend", **fields})
    assert response.status_code == 422
    assert words in response.text
    assert not Tie.objects.exists()
    if "people" not in fields:
        assert f'value="{bo.uid}" checked' in response.text
    if "role" not in fields:
        assert response.context["form"]["role"].value() == "friend"


def test_looking_for_somebody_keeps_what_is_chosen(
    signed_in: Client, user: User, ada: Contact, bo: Contact
) -> None:
    ContactFactory.create(owner=user, given="José", family="Ñandú")
    response = signed_in.post(
        f"{url('add_tie', ada)}?more", {"people": str(bo.uid), "role": "friend", "who": "jose"}
    )
    assert response.status_code == 200
    assert "José Ñandú" in response.text
    assert f'value="{bo.uid}" checked' in response.text
    assert response.context["form"]["role"].value() == "friend"
    assert 'role="alert"' not in response.text
    # Nobody is proposed to be their own acquaintance.
    assert signed_in.post(f"{url('add_tie', ada)}?more", {"who": "ada"}).context["found"] == []


# ---- measures and many


def test_a_pair_weighs_what_was_said_of_it(
    user: User, stranger: User, ada: Contact, bo: Contact, cy: Contact
) -> None:
    say(ada, As.CLOSE, bo)
    say(bo, As.SIBLING, ada)
    say(cy, As.COLLEAGUE, ada)
    say(cy, As.INTRODUCED, ada)
    say(bo, As.KNOWS, cy).remove()
    others = [ContactFactory.create(owner=stranger) for _ in range(2)]
    say(others[0], As.CLOSE, others[1])
    pairs = Tie.objects.of(user).weighted_pairs()
    assert sorted(pairs) == [(ada.pk, bo.pk, 1.0), (ada.pk, cy.pk, 0.5)]
    assert {tie.weight for tie in Tie.objects.of(user).kept()} == {0.5, 1.0}


def test_five_hundred_ties_cost_what_one_costs(
    signed_in: Client, user: User, ada: Contact, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get(ada.get_absolute_url())
    costs = []
    for many in (1, 499):
        others = Contact.objects.bulk_create(
            Contact(owner=user, given=f"P{many}-{n:03}") for n in range(many)
        )
        say(ada, As.KNOWS, *others)
        for page in (ada.get_absolute_url(), url("ties", ada), url("add_tie", ada)):
            with django_assert_max_num_queries(8) as queries:
                signed_in.get(page)
            costs.append(len(queries))
    assert costs[:3] == costs[3:]
    context = signed_in.get(ada.get_absolute_url()).context
    assert len(context["ties"][0][1]) == 12
    assert context["has_more_ties"]
    last = signed_in.get(url("ties", ada), {"page": "10"}).text
    assert last.count('class="avatar avatar-s"') >= 50
    for odd in ("0", "x", "9" * 30, "\x00"):
        assert signed_in.get(url("ties", ada), {"page": odd}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_said_from_both_sides_at_the_same_time_it_is_one_tie() -> None:
    user = UserFactory.create()
    people = [ContactFactory.create(owner=user) for _ in range(3)]

    def once(n: int) -> None:
        one, *others = people[n % 3 :] + people[: n % 3]
        try:
            Tie.objects.of(user).say(one, others, As.CLOSE if n % 2 else As.KNOWS)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(once, range(24)))
    assert Tie.objects.count() == 3
