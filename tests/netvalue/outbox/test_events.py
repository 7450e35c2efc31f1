"""What the provider tells settles a mail, and what it does not tell counts only after a long time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import NoReverseMatch, clear_url_caches, reverse

import netvalue.outbox.urls
import netvalue.urls
from netvalue.outbox import addresses, envelopes
from netvalue.outbox.doubts import Doubt, Word
from netvalue.outbox.events import HEADS, Events, names_in
from netvalue.outbox.models import Attempt, Email, OptOut
from tests.netvalue.outbox.conftest import NINE, TODAY
from tests.netvalue.outbox.test_delivery import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse
    from pytest_django import Settings

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

PASSWORD = "open sesame open sesame"
KEY = "a key of mailgun"
NAME = "abcdefghijklmnopqrstuvwxyz234567"
SECRET = "Basic " + base64.b64encode(f"us:{PASSWORD}".encode()).decode()
HARD = "550 5.1.1 <x@example.org>: User unknown"


def events(provider: str) -> Events:
    return Events(provider, "us", PASSWORD, KEY if provider == "mailgun" else "")


# --- What is read, without a database ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("news", "names"),
    [
        ({"Metadata": {"reminder": NAME}}, {NAME}),
        ({"mail": {"tags": {"reminder": [NAME]}, "headers": [{"value": f"<{NAME}@x.org>"}]}}, {NAME}),
        ([f"<{NAME}@example.org>", {"a": [["b" * 32]]}], {NAME, "b" * 32}),
        ({NAME: "as a key it is nobody's", "n": 3, "nothing": None}, set()),
        (NAME[1:], set()),
        (NAME + "a", set()),
        ("x" * 10_000, set()),
    ],
)
def test_a_name_is_found_wherever_it_stands(news: object, names: set[str]) -> None:
    assert names_in(news) == names


def test_news_that_is_nested_without_end_is_read() -> None:
    news: object = NAME
    for _ in range(10_000):
        news = [news]
    assert names_in(news) == {NAME}


@pytest.mark.parametrize("provider", HEADS)
def test_each_provider_is_given_something_that_it_gives_back(provider: str) -> None:
    head, _, rest = events(provider).marked(f"<{NAME}@example.org>", b"Subject: x\r\n\r\n").partition(b"\r\n")
    assert rest == b"Subject: x\r\n\r\n"
    assert head.isascii()
    assert NAME.encode() in head.partition(b": ")[2]
    assert len(head) < 120


def test_only_that_it_told_of_a_later_one_makes_silence_count() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    assert events("brevo").ask([Doubt("<a@b>", at)])["<a@b>"].word is Word.UNSAID
    assert events("brevo").ask([Doubt("<a@b>", at, "<later@b>")])["<a@b>"].word is Word.ABSENT


# --- Journeys through the door ----------------------------------------------------------------------


@pytest.fixture
def door(settings: Settings) -> Iterator[Callable[[str], None]]:
    """The door that there is for a provider."""

    def hang(witness: Events | None) -> None:
        settings.EMAIL_PROBE = witness
        importlib.reload(netvalue.outbox.urls)
        importlib.reload(netvalue.urls)
        clear_url_caches()

    yield lambda provider: hang(events(provider))
    hang(None)


def tell(body: object, *, secret: str | None = SECRET, **headers: str) -> _MonkeyPatchedWSGIResponse:
    text = body if isinstance(body, (bytes, str)) else json.dumps(body)
    known = {"authorization": secret} if secret else {}
    return Client().post(
        reverse("outbox:events"), text, content_type="application/json", headers=known | headers
    )


def name_of(email: Email) -> str:
    return email.message_id.strip("<>").partition("@")[0]


def brevo(name: str, event: str, **more: object) -> dict[str, object]:
    return {
        "event": event,
        "email": "x@example.org",
        "ts_epoch": 1,
        "X-Mailin-custom": json.dumps({"reminder": name}),
        **more,
    }


def mailgun(name: str, event: str, **more: object) -> dict[str, object]:
    stamp, token = "1779962400", "t" * 50
    signature = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    headers = {"headers": {"message-id": f"{name}@localhost"}}
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {"event": event, "timestamp": 1.5, "message": headers, **more},
    }


def ses(name: str, event: str, **more: object) -> dict[str, object]:
    mail = {"messageId": "0000-their-own", "destination": ["x@example.org"], "tags": {"reminder": [name]}}
    return {
        "Type": "Notification",
        "MessageId": "1",
        "Timestamp": "2026-05-05T07:00:00Z",
        "Message": json.dumps({"eventType": event, "mail": mail, **more}),
    }


SNS = {"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": "1"}
# What each of them says of a mail that it took, and of one that nobody takes.
TAKEN: dict[str, Callable[[str], Any]] = {
    "amazon-ses": lambda name: ses(name, "Send"),
    "brevo": lambda name: brevo(name, "request"),
    "mailgun": lambda name: mailgun(name, "accepted"),
    "mailjet": lambda name: [{"event": "open", "time": 1, "CustomID": name}],
    "postmark": lambda name: {"RecordType": "Delivery", "Metadata": {"reminder": name}},
    "sparkpost": lambda name: [
        {"msys": {"message_event": {"type": "injection", "rcpt_meta": {"reminder": name}}}}
    ],
}
BACK: dict[str, Callable[[str], Any]] = {
    "amazon-ses": lambda name: ses(
        name,
        "Bounce",
        bounce={
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": "x@example.org", "diagnosticCode": HARD}],
        },
    ),
    "brevo": lambda name: brevo(name, "hard_bounce", reason=HARD),
    "mailgun": lambda name: mailgun(
        name, "failed", severity="permanent", **{"delivery-status": {"message": HARD}}
    ),
    "mailjet": lambda name: {"event": "bounce", "time": 1, "CustomID": name, "smtp_reply": HARD},
    "postmark": lambda name: {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "Details": HARD,
        "Metadata": {"reminder": name},
    },
    "sparkpost": lambda name: [
        {"msys": {"message_event": {"type": "bounce", "raw_reason": HARD, "rcpt_meta": {"reminder": name}}}}
    ],
}


# What those say with which one can unsubscribe.
ENDED: dict[str, Callable[[str], Any]] = {
    "brevo": lambda name: brevo(name, "unsubscribed"),
    "mailgun": lambda name: mailgun(name, "unsubscribed"),
    "mailjet": lambda name: {"event": "unsub", "time": 1, "CustomID": name},
    "postmark": lambda name: {
        "RecordType": "SubscriptionChange",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "Metadata": {"reminder": name},
    },
    "sparkpost": lambda name: [
        {"msys": {"unsubscribe_event": {"type": "list_unsubscribe", "rcpt_meta": {"reminder": name}}}}
    ],
}


def mailjet(event: str, **more: object) -> Callable[[str], object]:
    return lambda name: {"event": event, "time": 1, "CustomID": name, **more}


def postmark(kind: str, **more: object) -> Callable[[str], object]:
    return lambda name: {"RecordType": "Bounce", "Type": kind, "Metadata": {"reminder": name}, **more}


def sparkpost(**more: object) -> Callable[[str], object]:
    return lambda name: [
        {"msys": {"message_event": {"type": "bounce", "rcpt_meta": {"reminder": name}, **more}}}
    ]


def bounced_at_amazon(kind: str, sort: str) -> Callable[[str], object]:
    to = [{"emailAddress": "x@example.org"}]
    bounce = {"bounceType": kind, "bounceSubType": sort, "bouncedRecipients": to}
    return lambda name: ses(name, "Bounce", bounce=bounce)


LISTED = "554 Client host [4.16.8.9] blocked"
POLICY = "554 mx [5.1.2.77] says: 5.7.1 policy"
# Who says what of a mail it has given up, what is written down of it, and whether nobody lives there.
FAILED: list[tuple[str, Callable[[str], Any], str, bool]] = [
    ("brevo", lambda name: brevo(name, "error"), Email.UNEXPLAINED, False),
    ("brevo", lambda name: brevo(name, "blocked", reason=" \0 "), Email.UNEXPLAINED, False),
    ("brevo", lambda name: brevo(name, "hard_bounce"), Email.UNEXPLAINED, True),
    ("brevo", lambda name: brevo(name, "invalid_email", reason="no"), "no", True),
    ("brevo", lambda name: brevo(name, "soft_bounce", reason="4.2.2 full"), "4.2.2 4.2.2 full", False),
    ("brevo", lambda name: brevo(name, "blocked", reason=LISTED), LISTED, False),
    ("mailjet", mailjet("blocked"), Email.UNEXPLAINED, False),
    ("mailjet", mailjet("bounce", smtp_reply={"a": 1}), Email.UNEXPLAINED, False),
    ("mailjet", mailjet("bounce", hard_bounce=True, error="user unknown"), "user unknown", True),
    ("mailjet", mailjet("bounce", hard_bounce=False, error="user unknown"), "user unknown", False),
    ("mailjet", mailjet("bounce", hard_bounce=True, error="quota exceeded"), "quota exceeded", False),
    ("mailjet", mailjet("bounce", hard_bounce=True, error="blacklisted", smtp_reply=LISTED), LISTED, False),
    (
        "mailjet",
        mailjet("bounce", hard_bounce=True, error="user unknown", smtp_reply=POLICY),
        f"5.7.1 {POLICY}",
        False,
    ),
    ("mailjet", mailjet("bounce", smtp_reply="4.4.7 expired"), "4.4.7 4.4.7 expired", False),
    (
        "postmark",
        postmark("SoftBounce", Details="smtp;452 4.2.2 full"),
        "4.2.2 smtp;452 4.2.2 full",
        False,
    ),
    ("postmark", postmark("HardBounce", Description="It is unknown."), "It is unknown.", True),
    ("postmark", postmark("BadEmailAddress"), Email.UNEXPLAINED, True),
    ("postmark", postmark("Blocked"), Email.UNEXPLAINED, False),
    (
        "mailgun",
        lambda name: mailgun(name, "failed", severity="permanent", reason="suppress-bounce"),
        Email.UNEXPLAINED,
        True,
    ),
    (
        "mailgun",
        lambda name: mailgun(name, "failed", severity="permanent", reason="old"),
        Email.UNEXPLAINED,
        False,
    ),
    ("sparkpost", sparkpost(bounce_class="10", raw_reason="550 who?"), "550 who?", True),
    ("sparkpost", sparkpost(bounce_class="22"), Email.UNEXPLAINED, False),
    ("amazon-ses", bounced_at_amazon("Permanent", "General"), Email.UNEXPLAINED, True),
    ("amazon-ses", bounced_at_amazon("Transient", "General"), Email.UNEXPLAINED, False),
]


UNREADABLE = [
    "",
    "{",
    "null",
    "[]",
    "[null]",
    "{}",
    "3",
    '"x"',
    "[[[" * 20_000,
    b"\xff\xfe",
    '{"event": {}, "signature": 3, "Type": [], "RecordType": {}, "msys": 1}',
    '{"Type": "Notification", "MessageId": "1", "Message": "x"}',
    '{"Type": "Notification", "MessageId": "1", "Message": "{\\"mail\\": 3}"}',
    '{"event": "hard_bounce", "reason": {"a": 1}, "ts_epoch": 1e300, "X-Mailin-custom": "\\u0000"}',
]


def mail_in_doubt(user: User, kind: str = "digest") -> Email:
    email = envelopes.new(owner=user, recipient=user.email, day=TODAY, kind=kind, state="unknown")
    email.data_at = datetime(2026, 5, 5, 7, tzinfo=UTC)
    email.save()
    return email


@pytest.fixture
def doubt(user: User) -> Email:
    """A mail that may have arrived."""
    return mail_in_doubt(user)


@pytest.mark.django_db
class TestTheDoor:
    def test_there_is_none_unless_a_provider_is_named(self, client: Client) -> None:
        with pytest.raises(NoReverseMatch):
            reverse("outbox:events")
        assert client.post("/mail/events/").status_code == 404

    @pytest.mark.parametrize("provider", HEADS)
    def test_a_mail_that_the_provider_tells_of_has_arrived(
        self, door: Callable[[str], None], doubt: Email, provider: str
    ) -> None:
        door(provider)
        assert tell(TAKEN[provider](name_of(doubt)), **SNS).status_code == 200
        email = Email.objects.get()
        assert (email.state, email.sent_at) == ("sent", doubt.data_at)
        told = Attempt.objects.order_by("id").values_list("phase", "verdict")
        assert list(told) == [("probe", "sent")]
        # It says everything several times.
        assert tell(TAKEN[provider](name_of(doubt)), **SNS).status_code == 200
        assert Attempt.objects.count() == 1

    @pytest.mark.parametrize("provider", HEADS)
    def test_what_came_back_is_told_and_two_of_them_close_an_address(
        self,
        door: Callable[[str], None],
        user: User,
        provider: str,
    ) -> None:
        door(provider)
        for email in (mail_in_doubt(user), mail_in_doubt(user, "birthday")):
            assert tell(BACK[provider](name_of(email)), **SNS).status_code == 200
        assert all("User unknown" in email.bounce and email.nobody_there for email in Email.objects.all())
        assert set(Email.objects.values_list("state", flat=True)) == {"sent"}
        assert addresses.dead([user.email]) == {user.email}

    def test_a_complaint_ends_reminders_until_they_are_switched_on_again(
        self, door: Callable[[str], None], doubt: Email, client: Client, user: User
    ) -> None:
        door("brevo")
        tell(brevo(name_of(doubt), "deferred", reason="452 4.2.2 mailbox full"))
        email = Email.objects.get()
        assert (email.state, email.bounce) == ("sent", "")
        tell(brevo(name_of(doubt), "spam"))
        email = Email.objects.get()
        assert (email.reported, email.nobody_there) == (True, False)
        assert OptOut.objects.of(user).get().kind == OptOut.EVERYTHING
        client.force_login(user)
        page = client.get(reverse("outbox:message", args=[email.pk])).content.decode()
        assert "reported as unwanted" in page
        assert reverse("outbox:reminders") in page
        OptOut.objects.all().delete()
        # It says everything several times.
        tell(brevo(name_of(doubt), "spam"))
        assert not OptOut.objects.exists()

    @pytest.mark.parametrize("provider", ENDED)
    def test_who_unsubscribes_with_the_provider_gets_no_more_reminders(
        self, door: Callable[[str], None], doubt: Email, client: Client, user: User, provider: str
    ) -> None:
        door(provider)
        assert tell(ENDED[provider](name_of(doubt)), **SNS).status_code == 200
        email = Email.objects.get()
        assert (email.state, email.unsubscribed, email.reported) == ("sent", True, False)
        assert OptOut.objects.of(user).get().kind == OptOut.EVERYTHING
        client.force_login(user)
        page = client.get(reverse("outbox:message", args=[email.pk])).content.decode()
        assert "unsubscribed there" in page
        assert "That ended your reminders by mail" in page
        assert reverse("outbox:reminders") in page
        assert "unsubscribed" in client.get(reverse("outbox:mail")).content.decode()
        OptOut.objects.all().delete()
        # It says everything several times, and that it keeps the mail back.
        tell(ENDED[provider](name_of(doubt)), **SNS)
        tell(BACK[provider](name_of(doubt)), **SNS)
        assert Email.objects.get().unsubscribed
        assert not OptOut.objects.exists()

    def test_reminders_end_together_with_the_word_that_they_did(
        self, door: Callable[[str], None], doubt: Email, user: User
    ) -> None:
        door("brevo")
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION no_word() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the connection broke'; END $$;"
                "CREATE TRIGGER no_word BEFORE INSERT ON outbox_optout"
                " FOR EACH ROW EXECUTE FUNCTION no_word()"
            )
        with pytest.raises(DatabaseError, match="the connection broke"):
            tell(brevo(name_of(doubt), "spam"))
        assert not Email.objects.get().reported, "it would be known when it is said again"
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_word ON outbox_optout")
        tell(brevo(name_of(doubt), "spam"))
        assert Email.objects.get().reported
        assert OptOut.objects.of(user).exists()

    @pytest.mark.parametrize(("provider", "event", "bounce", "nobody"), FAILED, ids=range(len(FAILED)))
    def test_what_the_provider_has_given_up_is_said(
        self,
        door: Callable[[str], None],
        doubt: Email,
        client: Client,
        user: User,
        provider: str,
        event: Callable[[str], Any],
        bounce: str,
        *,
        nobody: bool,
    ) -> None:
        door(provider)
        assert tell(event(name_of(doubt)), **SNS).status_code == 200
        email = Email.objects.get()
        assert (email.state, email.bounce, email.nobody_there) == ("sent", bounce, nobody)
        client.force_login(user)
        page = client.get(reverse("outbox:message", args=[email.pk])).content.decode()
        assert "This mail came back" in page
        assert ("there is no mailbox with this address" in page) == nobody
        assert Email.UNEXPLAINED not in page
        # It says everything several times.
        tell(event(name_of(doubt)), **SNS)
        assert Attempt.objects.filter(phase="bounce").count() == 1

    def test_what_says_nothing_takes_no_words_away(self, door: Callable[[str], None], doubt: Email) -> None:
        door("brevo")
        tell(brevo(name_of(doubt), "soft_bounce", reason="mailbox full"))
        tell(brevo(name_of(doubt), "hard_bounce"))
        email = Email.objects.get()
        assert (email.bounce, email.nobody_there) == ("mailbox full", True)

    def test_a_letter_about_the_account_may_be_unwanted_without_ending_anything(
        self, door: Callable[[str], None], user: User
    ) -> None:
        door("brevo")
        tell(brevo(name_of(mail_in_doubt(user, Email.ACCOUNT)), "spam"))
        assert Email.objects.get().reported
        assert not OptOut.objects.exists()

    def test_several_pieces_of_news_of_one_mail_come_together(
        self, door: Callable[[str], None], doubt: Email
    ) -> None:
        door("sparkpost")
        name = name_of(doubt)
        assert tell([*TAKEN["sparkpost"](name), *BACK["sparkpost"](name)]).status_code == 200
        email = Email.objects.get()
        assert email.taken_at is not None
        assert "User unknown" in email.bounce

    def test_news_of_a_mail_that_has_not_left_changes_nothing(
        self, door: Callable[[str], None], doubt: Email
    ) -> None:
        door("brevo")
        Email.objects.update(state="pending", data_at=None)
        assert tell(brevo(name_of(doubt), "request")).status_code == 200
        email = Email.objects.get()
        assert (email.state, email.taken_at) == ("pending", None)

    @pytest.mark.parametrize("provider", HEADS)
    def test_nobody_else_is_believed(self, door: Callable[[str], None], doubt: Email, provider: str) -> None:
        door(provider)
        for secret in (None, "Basic", "Basic eA==", "Bearer x", "Basic " + "A" * 5000):
            answer = tell(TAKEN[provider](name_of(doubt)), secret=secret, **SNS)
            assert answer.status_code == 401, secret
            assert answer["WWW-Authenticate"].startswith("Basic")
        assert Email.objects.get().state == "unknown"

    def test_a_wrong_signature_is_not_believed(self, door: Callable[[str], None], doubt: Email) -> None:
        door("mailgun")
        news = mailgun(name_of(doubt), "delivered")
        assert (
            tell(news | {"signature": {"timestamp": "1", "token": "t", "signature": "0"}}).status_code == 401
        )
        assert Email.objects.get().state == "unknown"

    @pytest.mark.parametrize("provider", HEADS)
    def test_what_cannot_be_read_is_refused_or_left_and_breaks_nothing(
        self, door: Callable[[str], None], provider: str
    ) -> None:
        door(provider)
        for body in UNREADABLE:
            assert tell(body, **SNS).status_code in {200, 400, 401}, body[:80]

    def test_words_that_no_database_takes_are_taken(self, door: Callable[[str], None], doubt: Email) -> None:
        door("brevo")
        said = "550 5.1.1 no\x00body \ud800 there " + "x" * 5000
        assert tell(brevo(name_of(doubt), "hard_bounce", reason=said)).status_code == 200
        assert Email.objects.get().bounce.startswith("5.1.1 550 5.1.1 nobody there xxx")

    def test_asking_changes_nothing(self, door: Callable[[str], None], doubt: Email, client: Client) -> None:
        door("postmark")
        path = reverse("outbox:events")
        assert client.head(path, headers={"authorization": SECRET}).status_code == 200
        for method in ("get", "put", "patch", "delete"):
            assert getattr(client, method)(path, headers={"authorization": SECRET}).status_code == 405
        assert Email.objects.get().state == "unknown"

    def test_amazons_question_is_put_before_whoever_runs_the_site(
        self, door: Callable[[str], None], caplog: pytest.LogCaptureFixture
    ) -> None:
        door("amazon-ses")
        asked = {
            "Type": "SubscriptionConfirmation",
            "MessageId": "1",
            "SubscribeURL": "https://sns.x.test/?a=b",
        }
        kind = {"x-amz-sns-message-type": "SubscriptionConfirmation"}
        assert tell(asked, **SNS | kind).status_code == 200
        assert "open this address: https://sns.x.test/?a=b" in caplog.text
        caplog.clear()
        assert tell(asked, secret="Basic eDp5", **SNS | kind).status_code == 401
        assert "sns.x.test" not in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("morning")
class TestSilence:
    """A mail of which the provider tells nothing, or at an odd moment."""

    @pytest.fixture
    def silent(
        self, door: Callable[[str], None], relay: Sink, born: Born, pump: Pump
    ) -> Callable[[timedelta], None]:
        """One in doubt, and a later one that was accepted; both that long ago."""
        door("brevo")
        born()
        born(TODAY + timedelta(days=1))
        relay.faults.hang_up_after_body = True
        pump()
        relay.faults.hang_up_after_body = False
        relay.accepted.clear()
        assert pump(NINE + timedelta(days=1)) == 1

        def age(time: timedelta) -> None:
            left = {name: F(name) - time for name in ("data_at", "last_data_at", "taken_at")}
            Email.objects.update(**left)
            Email.objects.filter(state="unknown").update(next_try_at=Now())

        return age

    def test_it_counts_when_a_later_one_was_told_of_hours_ago(
        self, silent: Callable[[timedelta], None], relay: Sink, pump: Pump
    ) -> None:
        doubt, later = Email.objects.order_by("pk")
        assert (doubt.state, doubt.witness, later.state) == ("unknown", "events", "sent")
        silent(timedelta(hours=12))
        assert pump(NINE + timedelta(days=1)) == 0, "nothing shows that anything is told at all"
        tell(brevo(name_of(later), "request"))
        silent(timedelta(hours=9))
        assert pump(NINE + timedelta(days=1)) == 0, "it may be told again for hours"
        silent(timedelta(hours=2))
        assert pump(NINE + timedelta(days=1)) == 1
        assert sorted(Email.objects.values_list("state", flat=True)) == ["sent", "sent"]
        assert len(relay.accepted) == 2

    def test_who_tells_only_what_was_delivered_proves_nothing_by_silence(
        self, silent: Callable[[timedelta], None], pump: Pump
    ) -> None:
        _doubt, later = Email.objects.order_by("pk")
        tell(brevo(name_of(later), "delivered"))
        silent(timedelta(hours=30))
        assert pump(NINE + timedelta(days=1)) == 0
        assert Email.objects.filter(state="unknown").exists()

    def test_news_that_comes_late_settles_it_first(
        self, silent: Callable[[timedelta], None], relay: Sink, pump: Pump
    ) -> None:
        doubt, later = Email.objects.order_by("pk")
        tell(brevo(name_of(later), "request"))
        silent(timedelta(hours=9))
        tell(brevo(name_of(doubt), "deferred"))
        silent(timedelta(hours=9))
        assert pump(NINE + timedelta(days=1)) == 0
        assert len(relay.accepted) == 1

    def test_news_while_its_sender_still_waits_settles_it(
        self, door: Callable[[str], None], relay: Sink, born: Born, pump: Pump
    ) -> None:
        door("brevo")
        born()
        told = elsewhere(lambda: tell(brevo(name_of(Email.objects.get()), "request")))
        relay.on_body = told
        assert pump() == 1
        assert (Email.objects.get().state, Email.objects.get().reply) == ("sent", "")
        assert json.loads(str(relay.accepted[0]["X-Mailin-custom"])) == {
            "reminder": name_of(Email.objects.get())
        }
        assert pump() == 0
