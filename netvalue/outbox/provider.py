"""How news of the mail provider is read, by anymail, and written beside the mails that it is about.

Mail leaves by our own SMTP as ever; of anymail only the views' reading is used, which knows each provider's
way to prove itself and its words for what happened.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, ClassVar, Final

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import EventType
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models.functions import Coalesce, Now

from netvalue.outbox import bounces, dsn, planning, wire
from netvalue.outbox.envelopes import mail_domain
from netvalue.outbox.events import News, Told, names_in, says_nobody
from netvalue.outbox.models import Attempt, Email, OptOut
from netvalue.outbox.verdicts import Phase, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from netvalue.outbox.events import Events

logger = logging.getLogger(__name__)


class AmazonSes(AmazonSESTrackingWebhookView):
    """Without boto3, which would do nothing but confirm the subscription: that is left to a person.

    Its own description of what came back is two codes, which say nothing to a reader.
    """

    auto_confirm_enabled = False

    def __init__(self, **kwargs: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def esp_to_anymail_events(self, ses_event: Any, sns_message: Any) -> Any:
        events = super().esp_to_anymail_events(ses_event, sns_message)
        for event in events:
            event.description = None
        return events


class Brevo(BrevoTrackingWebhookView):
    """Which has another name for who unsubscribed, beside the one that is read anyway."""

    event_types: ClassVar = {
        **BrevoTrackingWebhookView.event_types,
        "unsubscribed": (EventType.UNSUBSCRIBED, None),
    }


class Mailjet(MailjetTrackingWebhookView):
    """Which has a few words even where it has none of the other server."""

    def esp_to_anymail_event(self, esp_event: Any) -> Any:
        event = super().esp_to_anymail_event(esp_event)
        event.description = esp_event.get("error")
        return event


READERS: Final = {
    "amazon-ses": AmazonSes,
    "brevo": Brevo,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": Mailjet,
    "postmark": PostmarkTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
TOLD: Final = {
    EventType.QUEUED: Told.TAKEN,
    EventType.SENT: Told.TAKEN,
    EventType.REJECTED: Told.BACK,
    EventType.FAILED: Told.BACK,
    EventType.BOUNCED: Told.BACK,
    EventType.COMPLAINED: Told.UNWANTED,
    EventType.UNSUBSCRIBED: Told.ENDED,
}
# By which its reader ends our mails.
ENDING: Final = {Told.UNWANTED: Email.REPORTED, Told.ENDED: Email.UNSUBSCRIBED}


class Stranger(Exception):  # noqa: N818 -- an answer, not an error
    """Whoever says this is not the provider."""


class Unreadable(ValueError):  # noqa: N818
    """The provider would not say it like that."""


def read(events: Events, request: HttpRequest) -> list[News]:
    """Raises `Stranger` or `Unreadable`."""
    options = {"webhook_secret": f"{events.user}:{events.password}"}
    if events.key:
        options["webhook_signing_key"] = events.key
    reader = READERS[events.provider](**options)
    try:
        reader.run_validators(request)
        _say_what_is_to_be_confirmed(request)
        return [_news(events.provider, event) for event in reader.parse_events(request)]
    except AnymailWebhookValidationFailure as error:
        raise Stranger from error
    except (
        AnymailError,
        ArithmeticError,
        AttributeError,
        ImproperlyConfigured,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # The readers take for granted that everything is where the provider puts it.
        raise Unreadable from error


def _news(provider: str, event: Any) -> News:
    # Whatever is tried again is told by another word than those for what came back.
    told = TOLD.get(event.event_type, Told.MORE)
    said = (wire.one_line(one) for one in (event.mta_response, event.description) if isinstance(one, str))
    return News(
        names_in(event.esp_event),
        told,
        next(filter(None, said), ""),
        told is Told.BACK and says_nobody(provider, event.esp_event),
    )


def _say_what_is_to_be_confirmed(request: HttpRequest) -> None:
    """Amazon asks by the same way whether the news is wanted: its link is for who runs the site."""
    if request.headers.get("X-Amz-Sns-Message-Type") == "SubscriptionConfirmation":
        address = wire.one_line(str(json.loads(request.body).get("SubscribeURL", "")))[:2000]
        logger.warning("Amazon SNS asks whether its news of mails is wanted; open this address: %s", address)


def take(told: Iterable[News]) -> int:
    """Write down what is news about mails of ours, in its order. Returns how many pieces it was."""
    about = [(f"<{name}@{mail_domain()}>", one) for one in told for name in sorted(one.names)]
    ours = Email.objects.filter(message_id__in={message_id for message_id, _ in about})
    known = dict(ours.values_list("message_id", "pk"))
    news = [(known[message_id], one) for message_id, one in about if message_id in known]
    for pk, one in news:
        _take(pk, one)
    return len(news)


@transaction.atomic
def _take(pk: int, news: News) -> None:
    left = Email.objects.filter(pk=pk).exclude(data_at=None)
    if news.told in ENDING:
        # Before the mail is locked, since it holds what is to come: that is always locked first.
        _end(left.exclude(kind=Email.ACCOUNT).exclude(bounce__in=ENDING.values()).first())
    email = left.select_for_update(of=("self",)).first()
    if email is None:
        return
    if news.told is Told.TAKEN:
        Email.objects.filter(pk=pk).update(taken_at=Coalesce("taken_at", Now()))
    if email.state in {Email.State.SENDING, Email.State.UNKNOWN}:
        # The sender's own late word changes nothing then.
        Email.objects.filter(pk=pk).settle_as_sent()
        Attempt.objects.create(
            owner_id=email.owner_id,
            email=email,
            at=Now(),
            phase=Phase.PROBE,
            reply="the provider tells of it",
            verdict=Verdict.SENT,
        )
        email.refresh_from_db()
    if news.told is Told.BACK:
        status = dsn.status_in(news.words)
        nobody = news.nobody and not status
        bounces.came_back(email, dsn.Report(email.recipient, "failed", status, news.words, nobody))
    elif news.told in ENDING:
        bounces.came_back(email, dsn.Report(email.recipient, "failed", "", ENDING[news.told]))


def _end(email: Email | None) -> None:
    """As if they had ended our mails by a link in one; the reminders' page says so."""
    if email is not None:
        planning.opt_out(email.reader, OptOut.EVERYTHING)
