from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from contacts import reminders
from netvalue.accounts import devices, zones
from netvalue.accounts.forms import SettingsForm
from netvalue.accounts.models import User
from netvalue.outbox.models import Schedule
from tests.factories import FollowUpFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

WISHES = {
    "name": "Anna Arendt",
    "language": "de",
    "theme": "dark",
    "time_zone": "Pacific/Auckland",
    "reminder_hour": "7",
    "digest": "on",
    "leap_day": "mar1",
}


def test_what_is_chosen_is_kept_and_holds_at_once(signed_in: Client, user: User) -> None:
    response = signed_in.post("/settings/", WISHES, follow=True)
    assert response.redirect_chain == [("/settings/", 302)]
    page = response.content.decode()
    assert '<html lang="de" data-theme="dark"' in page
    assert response["Content-Language"] == "de"
    user.refresh_from_db()
    kept = (user.name, user.language, user.theme, user.time_zone, user.reminder_hour, user.leap_day)
    assert kept == ("Anna Arendt", "de", "dark", "Pacific/Auckland", 7, "mar1")
    assert user.digest


def test_reminders_move_with_the_zone_and_the_hour(signed_in: Client, user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=date(2040, 3, 1))
    reminders.follow_up_changed(follow_up)
    assert Schedule.objects.get().next_at == datetime(2040, 3, 1, 8, tzinfo=UTC)  # nine in Berlin
    signed_in.post("/settings/", WISHES)
    assert Schedule.objects.get().next_at == datetime(2040, 2, 29, 18, tzinfo=UTC)  # seven in Auckland


def test_a_box_that_is_not_ticked_is_a_no(signed_in: Client, user: User) -> None:
    signed_in.post("/settings/", {key: value for key, value in WISHES.items() if key != "digest"})
    user.refresh_from_db()
    assert not user.digest


def test_the_persons_language_counts_and_not_the_browsers(signed_in: Client, user: User) -> None:
    user.language = "de"
    user.save()
    response = signed_in.get("/settings/", headers={"Accept-Language": "en"})
    assert '<html lang="de"' in response.content.decode()


def test_one_persons_language_is_not_the_next_visitors(signed_in: Client, client: Client, user: User) -> None:
    user.language = "de"
    user.save()
    signed_in.get("/settings/")
    signed_in.logout()
    response = client.get("/accounts/login/", headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "en"


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "\x00"},
        {"reminder_hour": "24"},
        {"reminder_hour": "-1"},
        {"reminder_hour": "nine"},
        {"language": "tlh"},
        {"theme": "red"},
        {"leap_day": "feb30"},
        {"name": "x" * 10_000},
        {"name": "\x00"},
        {"name": "x" * 151},
    ],
)
def test_an_error_changes_nothing_and_keeps_what_was_typed(
    signed_in: Client, user: User, wrong: dict[str, str]
) -> None:
    before = User.objects.values().get()
    response = signed_in.post("/settings/", WISHES | wrong)
    assert response.status_code == 422
    page = response.content.decode()
    assert "error-summary" in page
    if "name" not in wrong:
        assert 'value="Anna Arendt"' in page
    assert User.objects.values().get() == before


def test_what_the_form_does_not_show_cannot_be_changed_by_it(signed_in: Client, user: User) -> None:
    forged = {
        "email": "other@example.org",
        "is_staff": "on",
        "is_superuser": "on",
        "password": "x",
        "id": "1",
    }
    signed_in.post("/settings/", WISHES | forged)
    after = User.objects.get()
    assert (after.pk, after.email, after.password) == (user.pk, user.email, user.password)
    assert not after.is_staff
    assert not after.is_superuser


def test_a_password_changed_meanwhile_stays_changed(user: User) -> None:
    form = SettingsForm(WISHES, instance=User.objects.get())
    user.set_password("an entirely new sentence")
    user.save()
    form.save()
    assert User.objects.get().check_password("an entirely new sentence")


def test_an_unusual_zone_is_not_lost_by_saving_something_else(signed_in: Client, user: User) -> None:
    user.time_zone = "Etc/GMT+5"
    user.save()
    page = signed_in.get("/settings/").content.decode()
    assert '<option value="Etc/GMT+5" selected>' in page
    signed_in.post("/settings/", WISHES | {"time_zone": "Etc/GMT+5"})
    user.refresh_from_db()
    assert user.time_zone == "Etc/GMT+5"


def test_settings_are_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get("/settings/")["Location"] == "/accounts/login/?next=/settings/"


def test_the_settings_ask_the_database_for_the_session_the_person_and_the_pump_only(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get("/settings/")
    with django_assert_num_queries(3):
        signed_in.get("/settings/")


def test_every_zone_that_is_offered_is_one_that_python_knows() -> None:
    for name in zones.names():
        User(time_zone=name).clean_fields(exclude={"email", "password"})


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
            ),
            "Edge, Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
                " Version/18.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari, iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
                " Chrome/140.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome, Android",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                " Version/18.0 Safari/605.1.15"
            ),
            "Safari, Mac",
        ),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_as_its_owner_would(user_agent: str, words: str) -> None:
    assert devices.describe(user_agent) == words
