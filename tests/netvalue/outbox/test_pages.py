"""Reminders, mail for you, and the links inside mails, through their URLs."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netvalue.outbox import accountmail, choices, kinds, unsubscribing
from netvalue.outbox.models import Choice, Email, LinkKey, Occurrence, OptOut, Schedule
from tests.factories import UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

    from contacts.models import Contact, FollowUp
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]

pytestmark = pytest.mark.usefixtures("morning", "no_server")


@pytest.fixture
def pump(pump: Pump, morning: TimeMachineFixture) -> Pump:
    """One tick, after which it is that moment."""

    def tick(now: datetime = NINE) -> int:
        sent = pump(now)
        morning.move_to(now + timedelta(seconds=1))
        return sent

    return tick


@pytest.fixture
def no_server(settings: Settings) -> None:
    settings.EMAIL_RELAY = None


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_comes_up_is_said_as_it_will_be(signed_in: Client, born: Born, follow_up: MakeFollowUp) -> None:
    born(TODAY + timedelta(days=10), given="Anna", family="Berg", year=1986)
    follow_up(TODAY + timedelta(days=2), contact=born(date(2026, 11, 1), given="Bo", family="Dahl"))
    html = page(signed_in, "/reminders/")
    assert "turns 40 in 7 days, on Friday, 15 May" in html
    assert "turns 40 today" in html
    assert "follow-up due today" in html
    assert html.index("Thursday, 7 May") < html.index("Friday, 8 May") < html.index("Friday, 15 May")


def test_what_is_further_away_is_not_shown(signed_in: Client, born: Born) -> None:
    born(TODAY + timedelta(days=60), given="Anna")
    assert "Nothing in the next thirty days" in page(signed_in, "/reminders/")


def test_nobody_sees_what_others_are_reminded_of(signed_in: Client, stranger: User, born: Born) -> None:
    born(TODAY + timedelta(days=3), owner=stranger, given="Secret")
    assert "Secret" not in page(signed_in, "/reminders/")


@pytest.mark.parametrize("path", ["/reminders/", "/mail/"])
def test_more_reminders_ask_no_more_questions(
    signed_in: Client,
    born: Born,
    follow_up: MakeFollowUp,
    pump: Pump,
    path: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for day in (TODAY, TODAY + timedelta(days=3)):
        follow_up(day, contact=born(day))
    pump()
    page(signed_in, path)
    with CaptureQueriesContext(connection) as few:
        page(signed_in, path)
    asked = len(few)
    for n in range(8):
        follow_up(TODAY + timedelta(days=n + 1), contact=born(TODAY + timedelta(days=n + 1)))
    pump(NINE + timedelta(days=2))
    page(signed_in, path)
    with django_assert_num_queries(asked):
        page(signed_in, path)


def press(html: str) -> str:
    found = re.search(r'name="press" value="(\d+)"', html)
    assert found
    return found[1]


def test_the_test_reminder_takes_the_way_of_all_and_a_second_post_sends_no_second(
    transactional_db: None, sink: Sink, settings: Settings, pump: Pump, user: User, client: Client
) -> None:
    settings.EMAIL_RELAY = sink.relay
    client.force_login(user)
    number = press(page(client, "/reminders/"))
    for _ in range(2):
        answer = client.post("/reminders/test/", {"press": number})
        assert (answer.status_code, answer["Location"]) == (303, "/reminders/")
        pump(timezone.now())
    client.post("/reminders/test/", {"press": number})
    pump(timezone.now())
    assert [mail["Subject"] for mail in sink.accepted] == ["Your test reminder"]


@pytest.mark.parametrize("wrong", ["", "x", "-1", "9" * 40, "\x00"])
def test_a_press_that_is_no_number_is_refused(signed_in: Client, wrong: str) -> None:
    assert signed_in.post("/reminders/test/", {"press": wrong}).status_code == 422


def test_ten_test_reminders_a_day_are_enough(signed_in: Client, pump: Pump, user: User) -> None:
    for n in range(12):
        signed_in.post("/reminders/test/", {"press": str(n + 1)})
        pump(timezone.now())
    assert Occurrence.objects.of(user).filter(kind="test").count() == 10


def test_without_a_server_the_mail_can_be_read_and_the_page_says_so(
    signed_in: Client, born: Born, pump: Pump, user: User
) -> None:
    born(given="Anna", family="Berg")
    pump()
    email = Email.objects.of(user).get()
    listing = page(signed_in, "/mail/")
    assert "No mail server is set up" in listing
    assert "Your mails wait here" in listing
    assert "waits for a mail server" in listing
    for path in ("/reminders/", f"/mail/{email.pk}/"):
        assert 'Your mails wait under <a href="/mail/">Mail for you</a>' in page(signed_in, path)
    assert "Anna Berg has a birthday today" in listing
    assert "has a birthday today" in page(signed_in, f"/mail/{email.pk}/")
    html = signed_in.get(f"/mail/{email.pk}/html/")
    assert "Anna Berg" in html.content.decode()
    assert "sandbox" in html["Content-Security-Policy"]
    assert html["X-Frame-Options"] == "SAMEORIGIN"


def test_looking_changes_nothing(signed_in: Client, born: Born, pump: Pump, user: User) -> None:
    born()
    pump()
    email = Email.objects.of(user).get()
    before = list(Email.objects.values()), list(Occurrence.objects.values())
    assert not LinkKey.objects.exists()
    for path in ("/mail/", f"/mail/{email.pk}/", f"/mail/{email.pk}/html/", "/reminders/"):
        page(signed_in, path)
    assert (list(Email.objects.values()), list(Occurrence.objects.values())) == before
    assert not LinkKey.objects.exists()


def test_a_strangers_mail_is_not_found(client: Client, stranger: User, born: Born, pump: Pump) -> None:
    born()
    pump()
    pk = Email.objects.get().pk
    client.force_login(stranger)
    assert [client.get(f"/mail/{pk}/{part}").status_code for part in ("", "html/")] == [404, 404]
    assert [client.post(f"/mail/{pk}/{part}/").status_code for part in ("arrived", "again")] == [404, 404]


def test_the_text_of_account_mail_is_shown_to_nobody(signed_in: Client, user: User) -> None:
    email = accountmail.queue(to=user.email, user=user, subject="Your link", text="live-token")
    assert "Your link" in page(signed_in, "/mail/")
    assert "live-token" not in page(signed_in, f"/mail/{email.pk}/")
    assert signed_in.get(f"/mail/{email.pk}/html/").status_code == 404


def unknown(email: Email) -> None:
    email.occurrences.set(Occurrence.objects.open().of(email.reader))
    Email.objects.filter(pk=email.pk).update(state="unknown", data_at=NINE)


def test_a_held_mail_is_settled_by_its_owner(signed_in: Client, born: Born, pump: Pump, user: User) -> None:
    born(given="Anna", family="Berg")
    pump()
    email = Email.objects.of(user).get()
    unknown(email)
    assert "Anna Berg" in page(signed_in, f"/mail/{email.pk}/")
    for _ in range(2):
        signed_in.post(f"/mail/{email.pk}/arrived/")
    email.refresh_from_db()
    assert (email.state, email.sent_at) == ("sent", NINE)
    answer = signed_in.post(f"/mail/{email.pk}/again/", follow=True)
    assert "Nothing is left to decide about this mail." in answer.content.decode()
    email.refresh_from_db()
    assert email.state == "sent"


def test_a_held_mail_is_sent_again_if_its_owner_says_so(
    signed_in: Client, born: Born, pump: Pump, user: User
) -> None:
    born()
    pump()
    email = Email.objects.of(user).get()
    unknown(email)
    signed_in.post(f"/mail/{email.pk}/again/")
    email.refresh_from_db()
    assert (email.state, Occurrence.objects.get().email) == ("pending", None)


def test_mail_about_the_account_is_not_sent_again_and_that_is_said(signed_in: Client, user: User) -> None:
    email = accountmail.queue(to=user.email, user=user, subject="Your link", text="live-token")
    for state, erased in (("pending", {}), ("unknown", {"data_at": NINE, "text": ""})):
        Email.objects.filter(pk=email.pk).update(state=state, **erased)
        answer = signed_in.post(f"/mail/{email.pk}/again/", follow=True)
        assert "Mail about your account is not sent again." in answer.content.decode()
        email.refresh_from_db()
        assert email.state == state


@pytest.mark.parametrize(
    "sets", [{"state": "failed", "reply": "550 no"}, {"state": "sent", "sent_at": NINE, "bounce": "550 no"}]
)
def test_of_mail_about_the_account_that_was_refused_nothing_is_promised(
    signed_in: Client, user: User, born: Born, pump: Pump, sets: dict[str, object]
) -> None:
    account = accountmail.queue(to=user.email, user=user, subject="Your link", text="live-token")
    born()
    pump()
    about_somebody = Email.objects.of(user).exclude(pk=account.pk).get()
    Email.objects.update(text="", **sets)
    said = {"You can read it here.", "What was in it comes with the next mail."}
    html = page(signed_in, f"/mail/{account.pk}/")
    assert "Ask for a new one if you need it." in html
    assert not [sentence for sentence in said if sentence in html]
    html = page(signed_in, f"/mail/{about_somebody.pk}/")
    assert "Ask for a new one" not in html
    assert [sentence for sentence in said if sentence in html]


# --- Links inside mails ------------------------------------------------------------------------------


def test_looking_at_the_link_ends_nothing_and_its_button_does(client: Client, user: User) -> None:
    path = unsubscribing.path(user, "birthday")
    assert "Stop these mails" in page(client, path)
    assert not OptOut.objects.exists()
    answer = client.post(path)
    assert answer.status_code == 200
    assert "Birthdays" in answer.content.decode()
    client.post(path)
    assert OptOut.objects.get().kind == "birthday"


def test_taking_one_link_back_leaves_what_else_was_ended(client: Client, user: User) -> None:
    for kind in ("birthday", "followup"):
        client.post(unsubscribing.path(user, kind))
    client.post(unsubscribing.path(user, "birthday"), {"undo": "1"})
    assert [no.kind for no in OptOut.objects.of(user)] == ["followup"]


def test_a_mail_program_ends_mails_with_one_post_and_nothing_else(user: User) -> None:
    program = Client(enforce_csrf_checks=True)
    answer = program.post(unsubscribing.path(user, OptOut.EVERYTHING), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert OptOut.objects.get().kind == OptOut.EVERYTHING


def test_the_page_that_ends_mails_speaks_to_whom_the_mail_was_for(
    signed_in: Client, user: User, stranger: User
) -> None:
    stranger.language = "de"
    stranger.save()
    for answer in (
        signed_in.get(unsubscribing.path(stranger, "birthday")),
        signed_in.post(unsubscribing.path(stranger, "birthday")),
    ):
        assert "Geburtstage" in answer.content.decode()
        assert answer["Content-Language"] == "de"
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert OptOut.objects.get().owner == stranger


def test_a_wrong_and_a_revoked_link_open_nothing(client: Client, user: User) -> None:
    good = unsubscribing.path(user, "birthday")
    token = good.split("/")[2]
    for wrong in ("x", token[:-1], token + "x", "%00", "%F0%9F%98%80"):
        answer = client.post(f"/unsubscribe/{wrong}/")
        assert answer.status_code == 404, wrong
        assert "This link no longer opens anything" in answer.content.decode()
    client.force_login(user)
    client.post("/reminders/links/")
    assert client.get(good).status_code == 404
    assert not OptOut.objects.exists()


def test_a_link_outlives_a_new_secret_key_and_older_ones_open_with_theirs(
    client: Client, user: User, settings: Settings
) -> None:
    settings.SECRET_KEY = "of then"
    older = signing.dumps([user.pk, "", "birthday"], salt=unsubscribing.SALT)
    assert client.get(f"/unsubscribe/{older}/").status_code == 200
    path = unsubscribing.path(user, "birthday")
    settings.SECRET_KEY = "another one"
    assert client.get(path).status_code == 200
    assert client.get(f"/unsubscribe/{older}/").status_code == 404


def test_a_link_runs_out_after_a_year(client: Client, user: User, morning: TimeMachineFixture) -> None:
    path = unsubscribing.path(user, "birthday")
    morning.move_to(NINE + timedelta(days=366))
    assert client.post(path).status_code == 404


def form_of(html: str) -> dict[str, list[str]]:
    """What the form of the kinds sends if nobody touches it."""
    form = html[html.index('action="/reminders/kinds/"') :].partition("</form>")[0]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (" checked" in tag or 'type="hidden"' in tag):
            sent.setdefault(name[1], []).append(value[1] if value else "on")
    for name, options in re.findall(r'<select name="([^"]+)"(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = [chosen[1] if chosen else ""]
    return sent


def save(client: Client, changes: dict[str, list[str]] | None = None, **headers: str) -> tuple[int, str]:
    sent = form_of(page(client, "/reminders/")) | (changes or {})
    answer = client.post("/reminders/kinds/", {k: v for k, v in sent.items() if v}, headers=headers)
    return answer.status_code, answer.content.decode()


def kept(user: User) -> dict[str, tuple[bool, list[int], int]]:
    chosen = choices.of(user)
    names = [kind.name for kind in kinds.every() if not kind.at_once]
    return {name: (chosen.on(name), sorted(chosen.leads(name)), chosen.hour(name)) for name in names}


def test_saving_what_is_there_changes_nothing(signed_in: Client, user: User) -> None:
    before = kept(user)
    assert save(signed_in)[0] == 303
    assert (kept(user), Choice.objects.count(), OptOut.objects.count()) == (before, 0, 0)
    save(signed_in, {"birthday-leads": ["30", "0"], "birthday-hour": ["7"], "followup-on": []})
    chosen = kept(user)
    assert chosen["birthday"] == (True, [0, 30], 7)
    assert chosen["followup"][0] is False
    for _ in range(2):
        save(signed_in)
    assert kept(user) == chosen


def test_kinds_are_switched_off_and_on_again(signed_in: Client, user: User) -> None:
    names = set(kept(user))
    save(signed_in, {f"{name}-on": [] for name in names - {"followup"}})
    # Who never asked for what is off at first refuses nothing.
    refused = {name for name in names - {"followup"} if kinds.get(name).on_at_first}
    assert set(OptOut.objects.of(user).values_list("kind", flat=True)) == refused
    save(signed_in, {f"{name}-on": ["on"] for name in names})
    assert not OptOut.objects.exists()


def test_ending_everything_is_taken_back_by_choosing_again(signed_in: Client, user: User) -> None:
    Client().post(unsubscribing.path(user, OptOut.EVERYTHING))
    assert not any(on for on, *_ in kept(user).values())
    save(signed_in, {"birthday-hour": ["7"]})
    assert OptOut.objects.get().kind == OptOut.EVERYTHING
    save(signed_in, {"birthday-on": ["on"]})
    assert OptOut.EVERYTHING not in OptOut.objects.of(user).values_list("kind", flat=True)
    assert [name for name, (on, *_) in kept(user).items() if on] == ["birthday"]


def test_a_page_that_does_not_know_a_kind_leaves_it_alone(signed_in: Client, user: User) -> None:
    signed_in.post("/reminders/kinds/", {"kinds": ["followup"], "followup-on": "on", "followup-hour": "8"})
    assert kept(user)["followup"][2] == 8
    assert kept(user)["birthday"][0] is True


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kinds": ["everything"]}, "This page had grown old."),
        ({"kinds": []}, "Nothing was chosen."),
        ({"birthday-leads": []}, "Choose at least one of them, or switch these reminders off."),
        ({"birthday-leads": ["5"]}, "Select a valid choice."),
        ({"birthday-leads": ["x\x00"]}, "Select a valid choice."),
        ({"birthday-hour": ["24"]}, "Select a valid choice."),
        ({"birthday-hour": ["9" * 5000]}, "Select a valid choice."),
        ({"birthday-hour": ["\ud800".encode("utf-8", "surrogatepass")]}, "Select a valid choice."),
    ],
)
def test_a_wrong_choice_is_told_and_the_others_stay_as_they_were_typed(
    signed_in: Client, user: User, wrong: dict[str, list[str]], says: str
) -> None:
    before = kept(user)
    changes = {"followup-hour": ["18"], "retake-on": [], "mail_words": ["on"]}
    status, html = save(signed_in, changes | wrong)
    assert (status, kept(user)) == (422, before)
    assert says in html
    sent = form_of(html)
    assert (sent["followup-hour"], "retake-on" in sent, "mail_words" in sent) == (["18"], False, True)
    user.refresh_from_db()
    assert not user.mail_words


def test_what_comes_up_is_told_anew_as_it_was_chosen(signed_in: Client, user: User, born: Born) -> None:
    born(TODAY + timedelta(days=10), given="Anna", family="Berg")
    changes = {"birthday-leads": ["1"], "birthday-hour": ["18"]}
    _status, html = save(signed_in, changes, hx_request="true")
    assert "Thursday, 14 May, 18:00" in html
    assert "has a birthday tomorrow" in html
    assert "has a birthday in" not in html
    assert "Saved." in html
    assert "<html" not in html


def test_the_same_choice_posted_twice_is_one(signed_in: Client, user: User, born: Born) -> None:
    born(TODAY + timedelta(days=10))
    for _ in range(2):
        save(signed_in, {"birthday-leads": ["30", "1", "0"]})
    assert Choice.objects.count() == 1
    assert sorted(Schedule.objects.values_list("lead", flat=True)) == [0, 1, 30]


def test_whether_notes_may_stand_in_mails_is_chosen_here_and_in_the_settings(
    signed_in: Client, user: User
) -> None:
    save(signed_in, {"mail_words": ["on"]})
    user.refresh_from_db()
    assert user.mail_words
    assert re.search(r'name="mail_words"[^>]* checked', page(signed_in, "/settings/"))


def test_the_link_of_a_test_ends_the_reminders_and_no_later_test(
    transactional_db: None, signed_in: Client, user: User, relay: Sink, pump: Pump
) -> None:
    signed_in.post("/reminders/test/", {"press": "1"})
    pump()
    link = str(relay.accepted[0]["List-Unsubscribe"]).strip("<>").partition("/unsubscribe/")[2]
    Client().post(f"/unsubscribe/{link}", {"List-Unsubscribe": "One-Click"})
    assert list(OptOut.objects.of(user).values_list("kind", flat=True)) == [OptOut.EVERYTHING]
    signed_in.post("/reminders/test/", {"press": "2"})
    pump(NINE + timedelta(minutes=1))
    assert len(relay.accepted) == 2


def test_mail_is_written_in_its_readers_language(born: Born, pump: Pump, client: Client) -> None:
    reader = UserFactory.create(language="de", time_zone="Europe/Berlin")
    born(given="Anna", family="Berg", year=1986, owner=reader)
    pump()
    client.force_login(reader)
    html = client.get(f"/mail/{Email.objects.get().pk}/html/").content.decode()
    assert "Alle Erinnerungen" in html
    assert '<html lang="de">' in html
