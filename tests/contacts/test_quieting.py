"""About whom one wants no reminders: chosen on their page, seen together, taken back, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from contacts import quieting
from contacts.models import Contact, Quiet
from contacts.models.people import Contact as Somebody
from netvalue.outbox.models import OptOut
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Anna", family="Berg")


def quiet(contact: Contact, kind: str) -> str:
    return reverse("contacts:quiet", args=[contact.uid, kind])


def remind(contact: Contact, kind: str) -> str:
    return reverse("contacts:remind", args=[contact.uid, kind])


def said(client: Client, url: str) -> str:
    """What the page says after this was posted."""
    answer = client.post(url, follow=True)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("all", "No more reminders about Anna Berg."),
        ("birthday", "No more reminders of this kind about Anna Berg: Birthdays."),
    ],
)
def test_nothing_more_is_told_of_somebody_until_one_says_otherwise(
    signed_in: Client, anna: Contact, kind: str, words: str
) -> None:
    page = anna.get_absolute_url()
    assert quiet(anna, kind) in signed_in.get(page).text
    after = said(signed_in, quiet(anna, kind))
    assert words in after
    assert f'action="{remind(anna, kind)}?next=' in after, "it can be undone at once"
    assert f'formaction="{quiet(anna, kind)}"' not in after, "it is chosen already"
    assert anna.quiets.get().kind == kind
    after = said(signed_in, remind(anna, kind))
    assert "You get reminders about Anna Berg again" in after
    assert f'action="{quiet(anna, kind)}?next=' in after, "so can that"
    assert not anna.quiets.exists()


@pytest.mark.parametrize(
    ("stand", "end", "words"),
    [
        (["birthday"], "birthday", "You get reminders about Anna Berg again: Birthdays."),
        (["all"], "all", "You get reminders about Anna Berg again."),
        (["all", "birthday"], "birthday", "You still get no reminders about Anna Berg, of whatever kind."),
        (
            ["all", "birthday", "rhythm"],
            "all",
            "You get reminders about Anna Berg again, all but: Birthdays, Time to talk again.",
        ),
        ([], "birthday", "You get reminders about Anna Berg again: Birthdays."),
        (["all"], "birthday", "You still get no reminders about Anna Berg, of whatever kind."),
    ],
)
def test_what_is_said_when_it_ends_is_what_holds(
    signed_in: Client, anna: Contact, stand: list[str], end: str, words: str
) -> None:
    for kind in stand:
        Quiet.objects.create(owner=anna.owner, contact=anna, kind=kind)
    after = said(signed_in, remind(anna, end))
    assert words in after
    assert (f'action="{quiet(anna, end)}?next=' in after) == (end in stand), "nothing ended, nothing to undo"


@pytest.mark.parametrize(
    ("no", "ended", "words"),
    [
        (
            "birthday",
            "birthday",
            "You get reminders about Anna Berg again once you switch them on under Reminders: Birthdays.",
        ),
        ("all", "all", "You get reminders about Anna Berg again once you switch them on under Reminders."),
        ("birthday", "all", "You get reminders about Anna Berg again."),
    ],
)
def test_what_is_switched_off_is_not_announced_again(
    signed_in: Client, anna: Contact, no: str, ended: str, words: str
) -> None:
    OptOut.objects.create(owner=anna.owner, kind=no)
    Quiet.objects.begin(anna, ended)
    assert words in said(signed_in, remind(anna, ended))


def test_of_who_is_archived_nothing_is_announced_again(signed_in: Client, anna: Contact) -> None:
    Quiet.objects.begin(anna, "all")
    anna.archive()
    after = said(signed_in, remind(anna, "all"))
    assert "You get reminders about Anna Berg again once they are back among your contacts." in after


@pytest.mark.parametrize("kind", ["retake", "week", "again", "test", "of-a-later-release", "x" * 500])
def test_only_what_is_told_of_people_can_be_stopped(signed_in: Client, anna: Contact, kind: str) -> None:
    assert signed_in.post(quiet(anna, kind)).status_code == 404
    assert signed_in.post(remind(anna, kind)).status_code == 404
    assert not Quiet.objects.exists()


def test_a_stranger_finds_nobody(client: Client, stranger: User, anna: Contact) -> None:
    Quiet.objects.begin(anna, "all")
    client.force_login(stranger)
    assert client.post(quiet(anna, "birthday")).status_code == 404
    assert client.post(remind(anna, "all")).status_code == 404
    assert "Anna Berg" not in client.get(reverse("outbox:reminders")).text
    assert [one.kind for one in Quiet.objects.all()] == ["all"]


def test_twice_is_once(signed_in: Client, anna: Contact) -> None:
    for new in (True, False):
        after = said(signed_in, quiet(anna, "all"))
        assert "No more reminders about Anna Berg." in after
        assert (f'action="{remind(anna, "all")}?next=' in after) == new, "undo lifts only what was new"
    assert Quiet.objects.count() == 1


def test_all_of_them_stand_together_with_a_way_back(signed_in: Client, user: User, anna: Contact) -> None:
    page = reverse("outbox:reminders")
    assert "say so on their page" in signed_in.get(page).text
    bo = ContactFactory.create(owner=user, given="Bo", family="Aal")
    hidden, archived = (ContactFactory.create(owner=user, given=name) for name in ("Hilda", "Archie"))
    for contact in (anna, bo, hidden, archived):
        Quiet.objects.begin(contact, "all")
    for kind in ("birthday", "rhythm"):
        Quiet.objects.begin(bo, kind)
    Quiet.objects.filter(contact=bo, kind="all").delete()
    Quiet.objects.begin(anna, "birthday")
    hidden.hide()
    archived.archive()
    listed = [(one.who, one.what) for one in quieting.quieted(user)]
    assert listed == [("Bo Aal", "Birthdays"), ("Bo Aal", "Time to talk again"), ("Anna Berg", "All kinds")]
    text = signed_in.get(page).text
    assert "say so on their page" not in text
    assert "Hilda" not in text
    assert "Archie" not in text
    answer = signed_in.post(f"{remind(bo, 'rhythm')}?next={page}")
    assert answer["Location"] == page
    assert "Bo Aal again" in signed_in.get(page).text
    assert [one.who for one in quieting.quieted(user)] == ["Bo Aal", "Anna Berg"]


def test_more_of_them_ask_no_more_questions(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        Quiet.objects.begin(ContactFactory.create(owner=user), "all")
    with django_assert_num_queries(1):
        assert len(quieting.quieted(user)) == 6


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, ["all", "birthday", "date", "followup", "rhythm", "promise"]),
        ({"deceased": True}, ["all", "date", "followup", "promise", "remembrance"]),
        ({"hidden": True}, []),
    ],
)
def test_what_can_be_stopped_is_what_may_be_told(fields: dict[str, bool], offered: list[str]) -> None:
    contact = Somebody(given="Anna", **fields)
    assert [kind for kind, _label in quieting.choices_for(contact, set())] == offered
    assert [kind for kind, _label in quieting.choices_for(contact, {"date"})] == [
        kind for kind in offered if kind != "date"
    ]
    assert quieting.choices_for(contact, {"all"}) == []


@pytest.mark.parametrize(("kind", "shown"), [("birthday", False), ("all", False), ("rhythm", True)])
def test_a_reminder_that_does_not_come_is_not_announced(
    signed_in: Client,
    user: User,
    kind: str,
    shown: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    anna = ContactFactory.create(owner=user, birth_month=5, birth_day=5, birthday_leads=[7])
    assert "Reminder: a week before" in signed_in.get(anna.get_absolute_url()).text
    Quiet.objects.begin(anna, kind)
    assert ("Reminder: a week before" in signed_in.get(anna.get_absolute_url()).text) == shown


@pytest.mark.parametrize(("kind", "shown"), [("remembrance", False), ("all", False), ("date", True)])
def test_a_day_of_remembrance_that_is_not_told_is_not_announced(
    signed_in: Client,
    user: User,
    kind: str,
    shown: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    died = {"deceased": True, "death_month": 5, "death_day": 5, "remembered": True}
    erika = ContactFactory.create(owner=user, **died)
    assert "Reminder every year" in signed_in.get(erika.get_absolute_url()).text
    Quiet.objects.begin(erika, kind)
    assert ("Reminder every year" in signed_in.get(erika.get_absolute_url()).text) == shown
