"""What is reminded of, what was due, and the mails it left in.

A `Schedule` row knows when a source (a birthday, a follow-up) is due next. When that time comes the planner
turns it into an `Occurrence`: content, once per event, with its own expiry. An `Email` is the envelope: one
per recipient, day and kind, with a fixed Message-ID, a lease, a fence (`data_at`) and a state. Occurrences
enter an envelope in the transaction that claims it, and leave it if it surely was not sent. Each `Attempt` is
kept as evidence.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import Now
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from netvalue.outbox import kinds
from netvalue.outbox.acted import Acted as Acted  # noqa: PLC0414 -- Django looks for models here
from netvalue.ownership import Owned, OwnedQuerySet, SameOwner

if TYPE_CHECKING:
    from uuid import UUID

    from netvalue.accounts.models import User
    from netvalue.outbox.verdicts import Answer, Verdict


class ScheduleQuerySet(OwnedQuerySet["Schedule"]):
    """Queries over what comes next."""

    def source(self, kind: str, *object_ids: int) -> Self:
        return self.filter(kind=kind, object_id__in=object_ids)

    def known(self) -> Self:
        """Those of a kind that an app registers; the others wait as they are."""
        return self.filter(kind__in=kinds.names())

    def unknown(self) -> Self:
        return self.exclude(kind__in=kinds.names())


class Schedule(Owned):
    """When one source is due next. The row goes when there is nothing more to come."""

    # Other indexes begin with the owner.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    lead = models.PositiveSmallIntegerField(default=0)
    occurrence_on = models.DateField()
    next_on = models.DateField()
    next_at = models.DateTimeField()
    last_occurrence_on = models.DateField(null=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "object_id", "lead"], name="outbox_schedule_one_per_source_and_lead"
            ),
            models.CheckConstraint(
                condition=Q(
                    next_on=ExpressionWrapper(F("occurrence_on") - F("lead"), output_field=models.DateField())
                ),
                name="outbox_schedule_lead_counts_days",
            ),
            models.CheckConstraint(
                condition=Q(last_occurrence_on__isnull=True) | Q(occurrence_on__gt=F("last_occurrence_on")),
                name="outbox_schedule_only_moves_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="outbox_schedule_due"),
            models.Index(fields=["owner", "next_on"], name="outbox_schedule_coming"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.occurrence_on} -{self.lead}"


class EmailQuerySet(OwnedQuerySet["Email"]):
    """Queries over envelopes."""

    def waiting(self) -> Self:
        return self.filter(state__in=[Email.State.PENDING, Email.State.SENDING])

    def held(self) -> Self:
        """Nobody knows whether they arrived; they are sent again only if their owner says so."""
        return self.filter(state=Email.State.UNKNOWN)

    def leased(self, token: UUID) -> Self:
        """Those that the holder of this token may still decide about."""
        return self.filter(lease_token=token, state__in=[Email.State.SENDING, Email.State.UNKNOWN])

    @transaction.atomic
    def release(self, wait: float = 0, **changes: Any) -> None:
        """These surely were not sent: what is in them may go into another envelope.

        Occurrences are locked before e-mails, here and wherever both are.
        """
        inside = Occurrence.objects.filter(email__in=self)
        list(inside.select_for_update(of=("self",)).order_by("id").values_list("pk"))
        released = list(self.select_for_update(of=("self",)).values_list("pk", flat=True))
        Occurrence.objects.filter(email__in=released).update(email=None)
        Email.objects.filter(pk__in=released).update(
            **{
                "state": Email.State.PENDING,
                "lease_token": None,
                "lease_until": None,
                "data_at": None,
                "last_data_at": None,
                "as_sent": None,
                "next_try_at": Now() + timedelta(seconds=wait),
            }
            | changes
        )

    def settle_as_sent(self, **changes: Any) -> None:
        """Their owner, a witness or the relay says that they arrived."""
        self.update(
            **{
                "state": Email.State.SENT,
                "sent_at": F("data_at"),
                "lease_until": None,
                "as_sent": None,
                "text": "",
                "html": "",
            }
            | changes
        )

    def to_read(self) -> Self:
        """What “Mail for you” lists: everything but envelopes that turned out to be empty."""
        return self.exclude(state=Email.State.CANCELLED).order_by("-created_at", "-id")


class Email(Owned):
    """One envelope: leaves once or not at all."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("leaving now")
        SENT = "sent", _("sent")
        UNKNOWN = "unknown", _("may have reached you")
        FAILED = "failed", _("refused")
        CANCELLED = "cancelled", _("no longer needed")
        EXPIRED = "expired", _("too old")

    # What stands for a bounce where the reader, or their mail program, called it unwanted.
    REPORTED = "reported as unwanted"
    # Where they have ended mails with the provider.
    UNSUBSCRIBED = "unsubscribed with the provider"
    # Where whoever says that it came back says nothing more.
    UNEXPLAINED = "came back without a word"
    DIGEST = "digest"
    ACCOUNT = "account"

    owner = models.ForeignKey(  # type: ignore[assignment]  # account mail may go to somebody without a user
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        null=True,
        db_index=False,
    )
    recipient = models.EmailField()
    local_date = models.DateField()
    kind = models.CharField(max_length=20)
    # Which of several mails of one kind and day; a digest's is its hour, or empty at its owner's hour.
    topic = models.CharField(max_length=60, blank=True, default="")
    # Only account mail is written beforehand; everything else is written from its occurrences as it leaves.
    subject = models.CharField(max_length=250, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(db_default=Now())
    # Claims since the last verdict: a mail that kills its sender again and again is set aside.
    claims = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # The fence: committed between the relay's 354 and the first byte of the body. This is the first time
    # that it was passed.
    data_at = models.DateTimeField(null=True)
    # The last time that it did so: later than the first if it went again by its key, which is known since the
    # first, while absence counts from the last. Empty in rows that passed it before this was kept.
    last_data_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=150, unique=True)
    first_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=500, blank=True, default="")
    # Who would have seen it if it was accepted (EMAIL_PROBE as it was each time that it passed the fence).
    witness = models.CharField(max_length=12, blank=True, default="", db_default="")
    # When the provider first told that it has it (EMAIL_PROBE=events:…).
    taken_at = models.DateTimeField(null=True)
    # The bytes that passed the fence, packed, until it is known what became of them; only where the relay
    # would know them again (EMAIL_IDEMPOTENCY).
    as_sent = models.BinaryField(null=True)
    # What came back after it was sent, and whether it, or the server at once, said that nobody lives there.
    bounce = models.CharField(max_length=300, blank=True, default="", db_default="")
    nobody_there = models.BooleanField(default=False, db_default=False)

    objects = EmailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="outbox_email_id_and_owner"),
            models.UniqueConstraint(
                fields=["recipient", "local_date", "kind", "topic"], name="outbox_email_one_per_day_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["pending", "sending", "sent", "unknown", "failed", "cancelled", "expired"]
                ),
                name="outbox_email_state",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, lease_token__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True)),
                name="outbox_email_sending_holds_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="unknown") | Q(data_at__isnull=False),
                name="outbox_email_unknown_passed_the_fence",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(data_at__isnull=True),
                name="outbox_email_waiting_has_no_fence",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_email_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="account") | Q(owner__isnull=False, subject="", text="", html=""),
                name="outbox_email_only_account_mail_is_written_beforehand",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "unknown"]) | Q(as_sent__isnull=True),
                name="outbox_email_bytes_are_kept_while_in_doubt",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending"]) | Q(text="", html=""),
                name="outbox_email_body_is_erased_at_the_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="outbox_email_in_line", condition=Q(state="pending")
            ),
            models.Index(fields=["owner"], name="outbox_email_waiting", condition=Q(state="pending")),
            models.Index(
                fields=["claims"], name="outbox_email_shaky", condition=Q(state="pending", claims__gte=3)
            ),
            models.Index(
                fields=["expires_at"],
                name="outbox_email_expiring",
                condition=Q(state="pending", expires_at__isnull=False),
            ),
            # Few at any time. Without the lease in it, passing the fence touches no index.
            models.Index(fields=["id"], name="outbox_email_leaving", condition=Q(state="sending")),
            models.Index(fields=["next_try_at"], name="outbox_email_in_doubt", condition=Q(state="unknown")),
            models.Index(fields=["owner", "-created_at"], name="outbox_email_feed"),
            models.Index(fields=["created_at"], name="outbox_email_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.local_date}: {self.state}"

    @property
    def reported(self) -> bool:
        return self.bounce == self.REPORTED

    @property
    def unsubscribed(self) -> bool:
        return self.bounce == self.UNSUBSCRIBED

    @property
    def ended_mails(self) -> bool:
        """By it its reader has said that they want no more."""
        return self.reported or self.unsubscribed

    @property
    def why_back(self) -> str:
        """The words of the server that could not deliver it, if it had any."""
        return "" if self.bounce == self.UNEXPLAINED else self.bounce

    @property
    def reader(self) -> User:
        """The owner; there is always one, except for account mail."""
        assert self.owner is not None
        return self.owner


class OccurrenceQuerySet(OwnedQuerySet["Occurrence"]):
    """Queries over what was due."""

    def open(self) -> Self:
        """Due, in no envelope yet, and of a kind that an app registers."""
        return self.filter(email=None, ended="", kind__in=kinds.names())

    def unknown(self) -> Self:
        """Due, and of a kind that nobody registers: they wait as they are."""
        return self.filter(email=None, ended="").exclude(kind__in=kinds.names())

    def too_late(self) -> Self:
        return self.filter(ended=Occurrence.Ended.EXPIRED, kind__in=kinds.names())

    def told_by_no_other(self) -> Self:
        """Those of whose event nothing else was told, nor will be."""
        event = {name: models.OuterRef(name) for name in ("owner", "kind", "object_id", "occurrence_on")}
        others = Occurrence.objects.filter(**event).exclude(pk=models.OuterRef("pk"))
        return self.exclude(models.Exists(others.filter(ended__in=["", Occurrence.Ended.TOLD])))


class Occurrence(Owned):
    """One thing to be told, once: this event, on its own local date, so many days ahead."""

    class Ended(models.TextChoices):
        CANCELLED = "cancelled", _("no longer wanted")
        EXPIRED = "expired", _("too late")
        # As whoever put an older database back decided.
        TOLD = "told", _("told before")

    # Other indexes begin with the owner.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    occurrence_on = models.DateField()
    lead = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # When the planner looks for an envelope next.
    look_at = models.DateTimeField()
    email = models.ForeignKey(Email, on_delete=models.RESTRICT, null=True, related_name="occurrences")
    ended = models.CharField(max_length=10, choices=Ended, blank=True, default="")

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "object_id", "occurrence_on", "lead"],
                name="outbox_occurrence_told_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("due_at")), name="outbox_occurrence_expires_after_due"
            ),
            models.CheckConstraint(
                condition=Q(ended="") | Q(ended__in=["cancelled", "expired", "told"], email__isnull=True),
                name="outbox_occurrence_ended_is_in_no_mail",
            ),
            SameOwner("email", name="outbox_occurrence_email_same_owner"),
        ]
        indexes = [
            models.Index(
                fields=["look_at"],
                name="outbox_occurrence_open",
                condition=Q(email__isnull=True, ended=""),
            ),
            models.Index(
                fields=["owner"],
                name="outbox_occurrence_untold",
                condition=Q(email__isnull=True, ended=""),
            ),
            models.Index(fields=["due_at"], name="outbox_occurrence_too_late", condition=Q(ended="expired")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.occurrence_on} -{self.lead}"


class AttemptQuerySet(OwnedQuerySet["Attempt"]):
    """Queries over tries."""

    def note(self, email: Email, answer: Answer, verdict: Verdict) -> None:
        """After the mail's own row, as everywhere; not if its owner deleted the account meanwhile."""
        if Email.objects.filter(pk=email.pk).exists():
            self.create(
                owner=email.owner,
                email=email,
                at=Now(),
                phase=answer.phase,
                code=answer.code if answer.code and answer.code > 0 else None,
                reply=answer.reply[:500],
                verdict=verdict,
            )


class Attempt(Owned):
    """What happened at one try, and what was learned of it later.

    The database lets nobody change one, and lets one go only with its mail or after a year.
    """

    owner = models.ForeignKey(  # type: ignore[assignment]  # as its e-mail's
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False, null=True
    )
    email = models.ForeignKey(Email, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    phase = models.CharField(max_length=10)
    code = models.PositiveSmallIntegerField(null=True)
    reply = models.CharField(max_length=500)
    verdict = models.CharField(max_length=10)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [SameOwner("email", name="outbox_attempt_email_same_owner")]
        indexes = [models.Index(fields=["id"], name="outbox_attempt_trouble", condition=~Q(verdict="sent"))]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.phase} {self.code} {self.verdict}"


class ChoiceQuerySet(OwnedQuerySet["Choice"]):
    """Queries over how reminders come."""


class Choice(Owned):
    """How reminders of one kind come to their owner, where that is not the usual way."""

    kind = models.CharField(max_length=20)
    # Wanted although this kind is off until somebody asks for it. Switching any kind off is an `OptOut`.
    on = models.BooleanField(default=False)
    # Null: as is usual for this kind.
    leads = ArrayField(models.PositiveSmallIntegerField(), null=True)
    # Null: at the owner's hour.
    hour = models.PositiveSmallIntegerField(null=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind"], name="outbox_choice_one_per_kind"),
            models.CheckConstraint(
                condition=Q(hour__isnull=True) | Q(hour__lte=23), name="outbox_choice_hour"
            ),
            models.CheckConstraint(condition=~Q(leads=[]), name="outbox_choice_has_some_lead"),
        ]

    def __str__(self) -> str:
        return self.kind


class OptOutQuerySet(OwnedQuerySet["OptOut"]):
    """Queries over what is not wanted."""

    def against(self, kind: str) -> Self:
        """Those that keep mails of this kind away."""
        return self.filter(kind__in=[kind, OptOut.EVERYTHING])


class OptOut(Owned):
    """Mails of this kind are not wanted; `EVERYTHING` means none but account mail."""

    EVERYTHING = "all"

    kind = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    # Names the link that ended them, which may take it back; nothing for what was chosen in the app.
    by_link = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = OptOutQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "kind"], name="outbox_optout_once")]

    def __str__(self) -> str:
        return self.kind


def new_link_key() -> str:
    return get_random_string(24)


class LinkKeyQuerySet(OwnedQuerySet["LinkKey"]):
    """Queries over link keys."""


class LinkKey(Owned):
    """What the links in one user's mails carry since they revoked some; a new key revokes all before it."""

    key = models.CharField(max_length=24, default=new_link_key)

    objects = LinkKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="outbox_linkkey_one_per_user"),
            models.UniqueConstraint(fields=["key"], name="outbox_linkkey_key_once"),
        ]

    def __str__(self) -> str:
        return f"link key of {self.owner_id}"


class Seat(models.Model):
    """One of EMAIL_SENDERS places at the relay: whose it is, and until when."""

    MOST = 64

    number = models.PositiveSmallIntegerField(primary_key=True)
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__range=(1, 64)), name="outbox_seat_number")]

    def __str__(self) -> str:
        return f"{self.number} until {self.lease_until}"


class PumpState(models.Model):
    """The one row about the pump: when it last ticked, and until when the relay is left alone."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ticked_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    pause_reason = models.CharField(max_length=500, blank=True, default="")
    zone_rules = models.CharField(max_length=20, blank=True, default="")
    # With EMAIL_RATE: when the next mail may leave.
    next_slot_at = models.DateTimeField(null=True)
    # Which database this is, and how often the pump has ticked: what is remembered outside to notice that an
    # older state was put back. Then nothing leaves until somebody decides.
    lineage = models.UUIDField(default=uuid4)
    ticks = models.BigIntegerField(default=0)
    ticked_before = models.DateTimeField(null=True)
    went_back_at = models.DateTimeField(null=True)
    # By how many seconds the clock of a machine was ahead of Postgres', and when that was last seen.
    skew = models.FloatField(default=0)
    skewed_at = models.DateTimeField(null=True)
    pruned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="outbox_pumpstate_one_row")]

    def __str__(self) -> str:
        return f"last tick {self.ticked_at}"


class Errand(models.Model):
    """Work that the pump does a step at a time (netvalue.outbox.errands): how far it has come."""

    name = models.CharField(max_length=20, primary_key=True)
    # What it is to end with, where that may change on the way.
    towards = models.CharField(max_length=20, blank=True, default="")
    # The last row it was at, and where rows are taken by their time, that.
    row = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.row}"
