"""Changes to many people at once: who was chosen, what was before, and the way back.

Whoever is chosen is written down first (`BulkItem`), by one statement. Then, chunk by chunk, each in one
transaction, those to whom the change does anything are changed, by one statement for each table however many
they are, and what was before is noted beside them. The row of the change knows how far it is: whoever is
killed in the middle leaves whole chunks, and the next one goes on from there. People are always held in the
order of their ids, so that two changes wait for each other instead of locking each other out.

The way back restores what was before where it still is what the change made. What was changed since, by hand
or by another change, stays.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import connection, models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from contacts import reminders
from contacts.models.circles import Circle, Membership
from contacts.models.people import Contact
from netvalue.once import written_once
from netvalue.ownership import Owned, OwnedQuerySet, SameOwner
from netvalue.undo import UNDO_FOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from contacts.models.finding import ContactQuerySet
    from netvalue.accounts.models import User

    Tell = Callable[[User, list[int]], None]

# So many are changed while one waits; more are left to the worker.
AT_ONCE = 500
# So many in one transaction.
CHUNK = 10_000
# A chunk that fails again and again is given up; what was changed before it can still be undone.
MOST_TRIES = 5
AWAY_AND_BACK = (reminders.put_away, reminders.taken_back)


class BulkChangeQuerySet(OwnedQuerySet["BulkChange"]):
    """Changes by the questions pages and the worker ask."""

    def unfinished(self) -> Self:
        return self.filter(state__in=BulkChange.UNFINISHED)

    def telling(self) -> Self:
        """Those that changed something, or still may."""
        return self.filter(Q(done__gt=0) | Q(state__in=BulkChange.UNFINISHED))

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def forget_old(self, now: datetime) -> int:
        """Delete what is too old to be undone."""
        old = self.filter(created_at__lt=now - UNDO_FOR).exclude(state__in=BulkChange.UNFINISHED)
        return old.delete()[0]

    @transaction.atomic
    def begin(
        self, owner: User, people: ContactQuerySet, token: uuid.UUID, about: str, **wanted: Any
    ) -> BulkChange:
        """A new change, made at once if it is small; the one begun before if the same form was sent twice.

        `about` names whom the form chose, in whatever words.
        """
        words = (about, sorted((name, str(value)) for name, value in wanted.items()))
        made: BulkChange | None = None
        while made is None or made.state == BulkChange.State.UNDONE:
            # What was undone may be wanted again by a page that is still open.
            again = made.form_token if made else token
            change = BulkChange(owner=owner, **wanted)
            made = written_once(change, again, words, partial(change.make, people))
        return made

    @transaction.atomic
    def go_on(self) -> bool:
        """The next chunk of the change that has waited longest; whether there was one."""
        change = self._next()
        if change is None:
            return False
        change.advance()
        return True

    def work(self) -> None:
        """Everything that waits, chunk by chunk."""
        is_more = True
        while is_more:
            self.note_a_try()
            is_more = self.go_on()

    @transaction.atomic
    def note_a_try(self) -> None:
        """Before the chunk, in a transaction of its own: one that breaks leaves at least this behind."""
        change = self._next()
        if change is None:
            return
        change.tries += 1
        if change.tries > MOST_TRIES and change.state != BulkChange.State.UNDOING:
            change.end(BulkChange.State.FAILED)
        change.save(update_fields=["tries", "state", "finished_at"])

    def _next(self) -> BulkChange | None:
        """What another worker holds is left to it."""
        waiting = self.unfinished().order_by("tries", "created_at", "id").select_related("owner", "circle")
        return waiting.select_for_update(skip_locked=True, of=("self",)).first()


class BulkChange(Owned):
    """One thing done to many people."""

    class Action(models.TextChoices):
        INTO = "into"
        OUT = "out"
        RHYTHM = "rhythm"
        CLOSENESS = "closeness"
        PAUSE = "pause"
        GO_ON = "go-on"
        ARCHIVE = "archive"
        BRING_BACK = "bring-back"
        REMOVE = "remove"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    UNFINISHED = (State.WAITING, State.RUNNING, State.UNDOING)
    CIRCLES = (Action.INTO, Action.OUT)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(editable=False)
    action = models.CharField(max_length=10, choices=Action)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # What is wanted; which of these counts, the action says.
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, null=True, related_name="bulk_changes")
    rhythm_days = models.PositiveSmallIntegerField(null=True)
    closeness = models.PositiveSmallIntegerField(null=True)
    paused_until = models.DateField(null=True)
    # How many matched when the page that asked was shown; only if all of them were chosen.
    shown = models.PositiveIntegerField(null=True)
    chosen = models.PositiveIntegerField(default=0)
    # Of how many it now goes through, there or back.
    total = models.PositiveIntegerField(default=0)
    # How far it is: the last contact that was looked at, and how many that were.
    position = models.BigIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Business contacts have no closeness, and those changed since keep what they have.
    skipped = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[BulkChangeQuerySet] = BulkChangeQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="contacts_bulkchange_id_owner"),
            models.UniqueConstraint(fields=["owner", "form_token"], name="contacts_bulkchange_one_per_form"),
            models.CheckConstraint(
                condition=Q(
                    action__in=[
                        "into",
                        "out",
                        "rhythm",
                        "closeness",
                        "pause",
                        "go-on",
                        "archive",
                        "bring-back",
                        "remove",
                    ]
                ),
                name="contacts_bulkchange_action",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "running", "done", "stopped", "failed", "undoing", "undone"]
                ),
                name="contacts_bulkchange_state",
            ),
            models.CheckConstraint(
                condition=Q(action__in=["into", "out"], circle__isnull=False)
                | (~Q(action__in=["into", "out"]) & Q(circle=None)),
                name="contacts_bulkchange_circle",
            ),
            SameOwner("circle", name="contacts_bulkchange_circle_same_owner"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["waiting", "running", "undoing"]),
                name="contacts_bulkchange_unfinished",
            ),
            models.Index(fields=["owner", "-created_at"], name="contacts_bulkchange_newest"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.action} {self.done}/{self.total} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("contacts:bulk_change", args=[self.uid])

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def can_stop(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def can_be_undone(self) -> bool:
        return bool(self.done) and self.state not in {self.State.UNDOING, self.State.UNDONE}

    @property
    def makes(self) -> dict[str, Any]:
        """The columns of a contact that it writes, and what; none where it is about circles."""
        written: dict[str, dict[str, Any]] = {
            self.Action.RHYTHM: {"rhythm_days": self.rhythm_days},
            self.Action.CLOSENESS: {"closeness": self.closeness},
            self.Action.PAUSE: {"paused": True, "paused_until": self.paused_until},
            self.Action.GO_ON: {"paused": False, "paused_until": None},
            self.Action.ARCHIVE: {"archived_at": self.created_at},
            self.Action.BRING_BACK: {"archived_at": None},
            self.Action.REMOVE: {"removed_at": self.created_at},
        }
        return written.get(self.action, {})

    @property
    def changes(self) -> Q:
        """To whom it does anything."""
        match self.action:
            case self.Action.INTO:
                return ~Q(pk__in=self._members())
            case self.Action.OUT:
                return Q(pk__in=self._members())
            case self.Action.ARCHIVE:
                return Q(archived_at=None)
            case self.Action.REMOVE:
                return Q(removed_at=None)
            case self.Action.CLOSENESS:
                return ~Q(**self.makes) & Q(is_business=False)
        return ~Q(**self.makes)

    def make(self, people: ContactQuerySet) -> None:
        """Written down with whom it is about, and done if they are few."""
        self.save()
        self.choose(people)
        self.go_on_if_small()

    def choose(self, people: ContactQuerySet) -> None:
        """These are who it is about, as they match at this moment."""
        ids, params = people.order_by().values("id").query.sql_with_params()
        self.chosen = self.total = self._write(
            f"INSERT INTO contacts_bulkitem (owner_id, change_id, contact_id)"  # noqa: S608 -- Django's own SQL
            f" SELECT %s, %s, id FROM ({ids}) AS chosen ORDER BY id ON CONFLICT DO NOTHING",
            [self.owner_id, self.pk, *params],
        )
        self.save(update_fields=["chosen", "total"])

    def go_on_if_small(self) -> None:
        while self.is_unfinished and self.total <= AT_ONCE:
            self.advance()

    def advance(self) -> None:
        """The next chunk, there or back, in the transaction of whoever holds this row."""
        ids = self._hold_the_next()
        items = self.items.filter(contact__gt=self.position, contact__lte=ids[-1] if ids else self.position)
        if self.state == self.State.UNDOING:
            self._put_back(items, len(ids))
        else:
            self._change(items)
            self.state = self.State.RUNNING
        self.seen, self.tries = self.seen + len(ids), 0
        self.position = ids[-1] if ids else self.position
        if len(ids) < CHUNK or self.seen >= self.total:
            undoing = self.state == self.State.UNDOING
            self.end(self.State.UNDONE if undoing else self.State.DONE)
        self.save()

    @transaction.atomic
    def stop(self) -> None:
        """What is done stays; what is not is left."""
        if self.can_stop:
            self._forget_the_rest()
            self.end(self.State.STOPPED)
            self.save()

    @transaction.atomic
    def undo(self) -> None:
        """Back to what was before, wherever it still is what the change made."""
        if self.can_be_undone:
            self._forget_the_rest()
            self.state, self.position, self.seen, self.total = self.State.UNDOING, 0, 0, self.done
            self.finished_at = None
            self.save()
            self.go_on_if_small()

    def end(self, state: State) -> None:
        self.state, self.finished_at = state, timezone.now()

    def _forget_the_rest(self) -> None:
        if self.can_stop:
            self.items.filter(contact__gt=self.position).delete()

    def _hold_the_next(self) -> list[int]:
        people = Contact.objects.filter(bulk_items__change=self, pk__gt=self.position).order_by("pk")
        held = people.select_for_update(no_key=True, of=("self",))
        return list(held.values_list("pk", flat=True)[:CHUNK])

    def _change(self, items: models.QuerySet[BulkItem]) -> None:
        theirs = Contact.objects.of(self.owner).filter(pk__in=items.values("contact"))
        if self.action == self.Action.CLOSENESS:
            self.skipped += theirs.filter(is_business=True).count()
        items.exclude(contact__in=theirs.filter(self.changes)).delete()
        if self.action == self.Action.INTO:
            self.done += self._join(items)
        elif self.action == self.Action.OUT:
            self.done += self._leave(items)
        else:
            items.update(**{name: self._now_in(name) for name in self.makes})
            changed = Contact.objects.filter(pk__in=items.values("contact"))
            self.done += changed.update(**self.makes, updated_at=timezone.now())
            self._tell_reminders(items, AWAY_AND_BACK)

    def _put_back(self, items: models.QuerySet[BulkItem], many: int) -> None:
        if self.action == self.Action.INTO:
            self._leave(items)
        elif self.action == self.Action.OUT:
            self._join(items)
        else:
            before = {name: self._before(name) for name in self.makes}
            unchanged = Contact.objects.filter(pk__in=items.values("contact"), **self.makes)
            if self.action == self.Action.CLOSENESS:
                unchanged = unchanged.filter(is_business=False)
            # Those changed since are no longer among them.
            items.exclude(contact__in=unchanged).delete()
            self.kept += many - unchanged.update(**before, updated_at=timezone.now())
            self._tell_reminders(items, AWAY_AND_BACK[::-1])

    def _tell_reminders(self, items: models.QuerySet[BulkItem], tell: tuple[Tell, Tell]) -> None:
        """That these are out of sight or in sight again, or that their rhythm is another one."""
        put_away, take_back = tell
        people = items.values_list("contact_id", flat=True)
        if self.action in {self.Action.ARCHIVE, self.Action.REMOVE}:
            put_away(self.owner, list(people))
        elif self.action == self.Action.BRING_BACK:
            take_back(self.owner, list(people))
        elif self.action in {self.Action.RHYTHM, self.Action.PAUSE, self.Action.GO_ON}:
            reminders.rhythm_changed(self.owner, list(people))

    def _members(self) -> models.QuerySet[Membership, int]:
        return Membership.objects.filter(circle=self.circle_id).values_list("contact", flat=True)

    def _join(self, items: models.QuerySet[BulkItem]) -> int:
        rows, params = items.order_by().values("owner_id", "contact_id").query.sql_with_params()
        return self._write(
            f"INSERT INTO contacts_membership (circle_id, owner_id, contact_id)"  # noqa: S608 -- Django's own SQL
            f" SELECT %s, owner_id, contact_id FROM ({rows}) AS chosen ON CONFLICT DO NOTHING",
            [self.circle_id, *params],
        )

    def _leave(self, items: models.QuerySet[BulkItem]) -> int:
        theirs = Membership.objects.filter(circle=self.circle_id, contact__in=items.values("contact"))
        return theirs.delete()[0]

    @staticmethod
    def _now_in(column: str) -> Subquery:
        return Subquery(Contact.objects.filter(pk=OuterRef("contact_id")).values(column))

    def _before(self, column: str) -> Subquery:
        return Subquery(self.items.filter(contact=OuterRef("pk")).values(column))

    @staticmethod
    def _write(sql: str, params: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)


class BulkItem(Owned):
    """Somebody a change is about, and what was before; those to whom it does nothing are not kept."""

    # The unique pair is the index, and the order in which a change goes through its people.
    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="items", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="bulk_items")
    archived_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    rhythm_days = models.PositiveSmallIntegerField(null=True)
    closeness = models.PositiveSmallIntegerField(null=True)
    paused = models.BooleanField(null=True)
    paused_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "contact"], name="contacts_bulkitem_once"),
            SameOwner("change", name="contacts_bulkitem_change_same_owner"),
            SameOwner("contact", name="contacts_bulkitem_contact_same_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} · {self.contact_id}"
