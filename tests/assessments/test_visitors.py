"""Checks without an account: claimed on arrival, forgotten in time, limited by address."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from assessments import limits
from assessments.models import Answer, Assessment
from assessments.scoring import Counts
from assessments.tasks import forget_unclaimed_checks
from tests.assessments.taking import SEVEN_TWO_ONE, Taker

if TYPE_CHECKING:
    from pytest_django import Settings

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"


def somewhere() -> str:
    """An address nobody has come from yet."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"


def sign_in(client: Client, user: User, to: str = "/check/history/") -> None:
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": to})
    assertRedirects(response, to, status_code=302, fetch_redirect_response=False)


# --- Claiming --------------------------------------------------------------------------------------------


def test_signing_in_claims_what_the_visitor_answered(client: Client, user: User) -> None:
    done, going = Taker(client), Taker(client)
    done.answer_all(SEVEN_TWO_ONE)
    done.finish()
    going.answer(1, "yes", "kept")
    sign_in(client, user)
    assert done.check.owner == going.check.owner == user
    assert not Answer.objects.exclude(owner=user).exists()
    page = client.get("/check/history/")
    assertContains(page, "Your checks are in your history now.")
    assertContains(page, done.uid)
    assert going.answer(2, "no").status_code == 303
    assert going.check.counts() == Counts(1, 0, 1, 8)


def test_signing_up_claims_the_check_and_leads_back_to_it(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "open"
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.finish()
    form = {"email": "new@example.org", "password1": PASSWORD, "name": "Nora", "time_zone": "Europe/Berlin"}
    response = client.post(f"/accounts/signup/?next={taker.result}", {**form, "next": taker.result})
    assertRedirects(response, taker.result, status_code=302, fetch_redirect_response=False)
    owner = taker.check.owner
    assert owner is not None
    assert owner.email == "new@example.org"
    assert client.get(taker.result).status_code == 200


def test_a_check_only_begun_goes_on_after_signing_in(client: Client, user: User) -> None:
    taker = Taker(client)
    sign_in(client, user)
    assert taker.answer(1, "yes").status_code == 303
    assert taker.check.owner == user


def test_what_was_claimed_is_gone_from_the_browser_after_signing_out(client: Client, user: User) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    sign_in(client, user)
    client.post("/accounts/logout/")
    assert client.get(taker.question(1)).status_code == 404


def test_arriving_without_a_check_says_nothing(client: Client, user: User) -> None:
    sign_in(client, user)
    assert "in your history now" not in client.get("/check/history/").content.decode()


def test_a_visitors_session_lasts_as_long_as_the_check(client: Client) -> None:
    Taker(client).answer(1, "yes")
    assert client.session.get_expiry_age() == pytest.approx(30 * 86400, abs=5)


# --- Forgetting ------------------------------------------------------------------------------------------


def test_an_unclaimed_check_is_gone_thirty_days_after_its_last_answer(client: Client, user: User) -> None:
    mine = Assessment.objects.create(owner=user, language="en")
    taker = Taker(client)
    taker.answer(1, "yes")
    now = timezone.now()
    with time_machine.travel(now + timedelta(days=20), tick=False):
        taker.answer(2, "no")
    with time_machine.travel(now + timedelta(days=49), tick=False):
        forget_unclaimed_checks()
        assert taker.check.counts() == Counts(1, 0, 1, 8)
    with time_machine.travel(now + timedelta(days=51), tick=False):
        forget_unclaimed_checks()
    assert set(Assessment.objects.all()) == {mine}


def test_the_same_by_hand(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    Taker(client).answer(1, "yes")
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        call_command("forget_checks")
    assert capsys.readouterr().out == "forgotten checks: 1, removed versions: 0, of contacts: 0\n"
    assert not Assessment.objects.exists()


# --- Limiting --------------------------------------------------------------------------------------------


def test_new_checks_are_limited_by_address_and_nothing_typed_is_lost(settings: Settings) -> None:
    settings.VISITOR_CHECKS_PER_HOUR = 2
    address = somewhere()
    for _ in range(2):
        assert Taker(Client(REMOTE_ADDR=address)).answer(1, "yes").status_code == 303
    taker = Taker(Client(REMOTE_ADDR=address))
    response = taker.answer(1, "partly", "what I typed")
    assertContains(response, "Too many new checks", status_code=429)
    assertContains(response, "what I typed", status_code=429)
    assert 'value="partly" id="id_answer_partly" checked' in response.content.decode()
    assert Assessment.objects.count() == 2
    assert Taker(Client(REMOTE_ADDR=somewhere())).answer(1, "yes").status_code == 303


def test_in_the_next_hour_one_may_again(settings: Settings) -> None:
    settings.VISITOR_CHECKS_PER_HOUR = 1
    address = somewhere()
    Taker(Client(REMOTE_ADDR=address)).answer(1, "yes")
    taker = Taker(Client(REMOTE_ADDR=address))
    assert taker.answer(1, "yes").status_code == 429
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert taker.answer(1, "yes").status_code == 303


def test_a_check_that_was_begun_is_answered_without_limit(settings: Settings) -> None:
    settings.VISITOR_CHECKS_PER_HOUR = 1
    Taker(Client(REMOTE_ADDR=somewhere())).answer_all(SEVEN_TWO_ONE)


def test_who_is_signed_in_is_not_limited(user: User, settings: Settings) -> None:
    settings.VISITOR_CHECKS_PER_HOUR = 0
    client = Client(REMOTE_ADDR=somewhere())
    client.force_login(user)
    assert Taker(client).answer(1, "yes").status_code == 303


def test_behind_our_proxy_the_visitors_own_address_counts(settings: Settings) -> None:
    settings.VISITOR_CHECKS_PER_HOUR = 1
    settings.TRUSTED_PROXIES = 1
    proxy = somewhere()
    for visitor in (somewhere(), somewhere()):
        browser = Client(REMOTE_ADDR=proxy, headers={"X-Forwarded-For": f"made-up, {visitor}"})
        assert Taker(browser).answer(1, "yes").status_code == 303
        assert Taker(browser).answer(1, "yes").status_code == 429


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
    ],
)
def test_one_connection_is_counted_as_one(address: str, counted_as: str) -> None:
    assert limits.network(address) == counted_as


def test_while_the_cache_is_away_nobody_is_refused(settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    settings.VISITOR_CHECKS_PER_HOUR = 0
    assert Taker(Client(REMOTE_ADDR=somewhere())).answer(1, "yes").status_code == 303
