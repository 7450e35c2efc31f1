from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netvalue.accounts.models import OneTimeLink
from netvalue.accounts.tasks import forget_what_has_run_out

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def device(user: User, user_agent: str = "") -> Client:
    """A browser in which `user` is signed in."""
    client = Client(headers={"User-Agent": user_agent})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def test_one_sees_where_one_is_signed_in(user: User) -> None:
    device(user, PHONE)
    page = device(user, "strange").get("/accounts/sessions/").content.decode()
    assert "Safari, iPhone" in page
    assert "A device we do not know" in page
    assert page.count("this one") == 1


def test_many_devices_cost_no_more_than_one(user: User) -> None:
    def cost(client: Client) -> int:
        client.get("/settings/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/accounts/sessions/")
        return len(queries)

    alone = cost(device(user))
    assert [cost(device(user)) for _ in range(3)] == [alone] * 3


def test_a_session_that_has_run_out_is_not_in_the_list(user: User) -> None:
    device(user, PHONE)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        page = device(user).get("/accounts/sessions/").content.decode()
    assert "Safari, iPhone" not in page


def test_what_lets_nobody_in_any_more_is_forgotten(user: User) -> None:
    device(user, PHONE)
    OneTimeLink.objects.issue(OneTimeLink.Purpose.SETUP)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        laptop = device(user, "laptop")
        link = OneTimeLink.objects.issue(OneTimeLink.Purpose.INVITATION)
        forget_what_has_run_out()
        assert is_signed_in(laptop)
        assert OneTimeLink.objects.find(OneTimeLink.Purpose.INVITATION, link)
    assert [session.user_agent for session in UserSession.objects.all()] == ["laptop"]
    assert Session.objects.count() == 1
    assert OneTimeLink.objects.count() == 1


def test_a_device_is_signed_out_from_afar(user: User) -> None:
    phone, laptop = device(user, PHONE), device(user)
    pk = UserSession.objects.get(user_agent=PHONE).pk
    response = laptop.post(f"/settings/sessions/{pk}/end/", follow=True)
    assert "Safari, iPhone" not in response.content.decode()
    assert not is_signed_in(phone)
    assert is_signed_in(laptop)
    assert laptop.post(f"/settings/sessions/{pk}/end/").status_code == 404


def test_every_other_device_is_signed_out_at_once(user: User, stranger: User) -> None:
    one, two, laptop, unknown = device(user, PHONE), device(user), device(user), device(stranger)
    laptop.post("/accounts/sessions/")
    assert [is_signed_in(client) for client in (one, two, laptop, unknown)] == [False, False, True, True]


def test_a_strangers_session_is_not_found_and_goes_on(user: User, stranger: User) -> None:
    theirs, mine = device(stranger), device(user)
    pk = UserSession.objects.get(user=stranger).pk
    assert mine.post(f"/settings/sessions/{pk}/end/").status_code == 404
    assert is_signed_in(theirs)


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 30])
def test_a_session_that_is_not_there_is_not_found(signed_in: Client, pk: str) -> None:
    assert signed_in.post(f"/settings/sessions/{pk}/end/").status_code == 404


def test_looking_at_the_address_ends_nothing(user: User) -> None:
    phone, laptop = device(user, PHONE), device(user)
    pk = UserSession.objects.get(user_agent=PHONE).pk
    assert laptop.get(f"/settings/sessions/{pk}/end/").status_code == 405
    assert is_signed_in(phone)


def test_a_new_password_keeps_this_session_and_ends_the_others(user: User) -> None:
    phone, laptop = device(user, PHONE), device(user)
    laptop.get("/settings/")
    response = laptop.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "an entirely new sentence"}
    )
    assert response.status_code == 302
    assert is_signed_in(laptop)
    assert not is_signed_in(phone)
    page = laptop.get("/accounts/sessions/").content.decode()
    assert page.count("this one") == 1
    assert "iPhone" not in page


def test_a_wrong_old_password_changes_nothing(user: User) -> None:
    laptop = device(user)
    response = laptop.post(
        "/accounts/password/change/", {"oldpassword": "a wrong one", "password1": "an entirely new sentence"}
    )
    assert response.status_code == 422
    assert "This is not your current password." in response.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_somebody_who_came_by_a_link_can_set_a_password(client: Client, user: User) -> None:
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    assert client.post("/accounts/password/set/", {"password1": "short"}).status_code == 422
    client.post("/accounts/password/set/", {"password1": "an entirely new sentence"})
    user.refresh_from_db()
    assert user.check_password("an entirely new sentence")


def test_when_a_device_was_last_seen_is_noted_every_five_minutes(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client = device(user)
        client.get("/settings/")
        with django_assert_num_queries(3):
            client.get("/settings/")
    with time_machine.travel(now + timedelta(minutes=6), tick=False):
        client.get("/settings/")
    assert UserSession.objects.get().last_seen_at == now + timedelta(minutes=6)


@pytest.mark.parametrize("user_agent", ["x" * 10_000, "\x00", "\udcff", "<script>alert(1)</script>"])
def test_a_strange_browser_is_no_reason_to_fail(user: User, user_agent: str) -> None:
    page = device(user, user_agent).get("/accounts/sessions/")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content
