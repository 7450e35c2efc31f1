"""A check and its answers: rows, never overwritten once the check is finished."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments import questions, reminders, scoring
from assessments.models.retakes import Retake
from netvalue.ownership import Owned, OwnedQuerySet, SameOwner

if TYPE_CHECKING:
    from assessments.questions import Question, Wording
    from assessments.scoring import Counts, State
    from netvalue.accounts.models import User

NOTE_LENGTH = 4000
# Without an account a check stays this long after it was last touched.
UNCLAIMED_FOR = timedelta(days=30)


class FinishedError(Exception):
    """The check is finished: it is never changed again."""


class UnknownEditionError(Exception):
    """The check asks questions that only another version of NetValue knows: nobody may guess their words."""

    def __init__(self, check: Assessment) -> None:
        super().__init__(f"edition {check.edition}")
        self.check = check


class AssessmentQuerySet(OwnedQuerySet["Assessment"]):
    """Queries over checks."""

    def of_visitor(self, visitor: uuid.UUID) -> Self:
        """The checks that somebody without an account has taken and not claimed."""
        return self.filter(owner=None, visitor=visitor)

    def finished(self) -> Self:
        return self.exclude(finished_at=None)

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def known(self) -> Self:
        """Those whose questions this version has."""
        return self.filter(edition__in=questions.EDITIONS)

    def as_a(self, perspective: str) -> Self:
        return self.filter(perspective=perspective)

    def before(self, check: Assessment) -> Self:
        """What the same holder finished in the same perspective before `check`, newest first."""
        holder = Q(owner=check.owner_id) if check.owner_id else Q(owner=None, visitor=check.visitor)
        earlier = self.finished().filter(holder, perspective=check.perspective).exclude(pk=check.pk)
        if check.finished_at:
            same_moment = Q(finished_at=check.finished_at, pk__lt=check.pk)
            earlier = earlier.filter(Q(finished_at__lt=check.finished_at) | same_moment)
        return earlier.last_finished_first()

    def per_perspective(self) -> dict[str, int]:
        """How many there are as a person and as an organisation; what was never taken is left out."""
        counted = self.order_by("-perspective").values_list("perspective").annotate(models.Count("pk"))
        return dict(counted)

    def series(self) -> dict[tuple[int, str], list[tuple[datetime, int]]]:
        """When which was finished, oldest first, by owner and perspective."""
        found: dict[tuple[int, str], list[tuple[datetime, int]]] = defaultdict(list)
        rows = self.finished().order_by("finished_at", "pk")
        for owner, perspective, at, pk in rows.values_list("owner", "perspective", "finished_at", "pk"):
            assert at is not None
            found[owner, perspective].append((at, pk))
        return found

    def last_finished(self) -> dict[tuple[int, str], datetime]:
        """When the last one was finished, by owner and perspective."""
        rows = self.finished().order_by().values_list("owner", "perspective")
        return {(owner, it): at for owner, it, at in rows.annotate(models.Max("finished_at"))}

    def newest_first(self) -> Self:
        return self.order_by("-begun_at", "-id")

    def last_finished_first(self) -> Self:
        return self.order_by("-finished_at", "-pk")

    def latest_per_perspective(self) -> list[Assessment]:
        """The last finished check of each perspective, the newest of them first."""
        finished = self.finished().order_by("perspective", "-finished_at", "-pk")
        latest = finished.distinct("perspective").with_answers()
        return sorted(latest, key=attrgetter("finished_at"), reverse=True)

    def with_answers(self) -> Self:
        return self.prefetch_related("answers")

    def to_export(self) -> Self:
        """As they came about, with everything that belongs to them."""
        belongings = ("answers", "steps__follow_up__contact")
        return self.order_by("finished_at", "pk").prefetch_related(*belongings)

    def claim(self, user: User) -> int:
        """These checks of a visitor now belong to `user`, finished ones and their answers included."""
        with transaction.atomic():
            held = list(self.filter(owner=None).select_for_update().values_list("pk", flat=True))
            claimed = self.model.objects.filter(pk__in=held)
            claimed.update(owner=user, visitor=None, claimed_at=timezone.now())
            Answer.objects.filter(assessment__in=held).update(owner=user)
            for perspective in sorted(claimed.finished().per_perspective()):
                self.model.objects.plan_the_next(user, perspective)
        return len(held)

    @transaction.atomic
    def plan_the_next(self, owner: User, perspective: str) -> None:
        """Another check is the last one now, or the choice about the next changed: its reminder follows."""
        retake = Retake.objects.held(owner, perspective)
        finished = self.of(owner).last_finished()
        reminders.retake_changed(retake, finished.get((owner.pk, perspective)))

    def forget_unclaimed(self, now: datetime) -> int:
        """Delete, in one statement, what nobody has claimed and nobody has touched for too long."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH gone AS (SELECT id FROM assessments_assessment
                               WHERE owner_id IS NULL AND touched_at < %s FOR UPDATE SKIP LOCKED),
                     answers AS (DELETE FROM assessments_answer WHERE assessment_id IN (SELECT id FROM gone))
                DELETE FROM assessments_assessment WHERE id IN (SELECT id FROM gone)
                """,
                [now - UNCLAIMED_FOR],
            )
            forgotten: int = cursor.rowcount
        return forgotten


@dataclass(frozen=True, slots=True)
class Line:
    """A question as this check asks it, and what was answered."""

    question: Question
    wording: Wording
    answer: Answer | None

    @property
    def state(self) -> State:
        return scoring.state(self.answer.value if self.answer else None)

    @property
    def note(self) -> str:
        return self.answer.note if self.answer else ""

    @property
    def anchor(self) -> str:
        """What was chosen, in a life; a yes speaks for itself."""
        chosen = {scoring.State.PARTLY: self.wording.partly, scoring.State.NO: self.wording.no}
        return chosen.get(self.state, "")


class Claimable(Owned):
    """A row that belongs to nobody's account until somebody claims it."""

    owner = models.ForeignKey(  # type: ignore[assignment]  # nullable here, and nowhere else
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True


class Assessment(Claimable):
    """The ten questions, taken once. Without an account it belongs to a visitor until somebody claims it."""

    class Perspective(models.TextChoices):
        """Whose network is looked at."""

        PERSON = questions.Perspective.PERSON.value, _("As a person")
        ORGANISATION = questions.Perspective.ORGANISATION.value, _("As an organisation")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    perspective = models.CharField(max_length=12, choices=Perspective, default=Perspective.PERSON)
    edition = models.PositiveSmallIntegerField(default=questions.current)
    language = models.CharField(max_length=10)
    begun_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AssessmentQuerySet] = AssessmentQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="assessments_assessment_owner_key"),
            models.CheckConstraint(
                condition=Q(owner=None, visitor__isnull=False) | Q(owner__isnull=False, visitor=None),
                name="assessments_assessment_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(perspective__in=[it.value for it in questions.Perspective]),
                name="assessments_assessment_perspective",
            ),
            models.CheckConstraint(condition=Q(edition__gte=1), name="assessments_assessment_edition"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("begun_at")),
                name="assessments_assessment_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-begun_at"], name="assessments_of_an_owner"),
            models.Index(fields=["visitor"], condition=Q(owner=None), name="assessments_of_a_visitor"),
            models.Index(fields=["touched_at"], condition=Q(owner=None), name="assessments_unclaimed"),
        ]

    def __str__(self) -> str:
        return f"{self.perspective} {self.begun_at:%Y-%m-%d}"

    @property
    def is_kept(self) -> bool:
        """Whether it is a row already: it becomes one with its first answer."""
        return not self._state.adding

    @property
    def is_known(self) -> bool:
        """Whether this version has its questions; a newer one's may come back with a backup."""
        return self.edition in questions.EDITIONS

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the words this check was begun under."""
        if not self.is_known:
            raise UnknownEditionError(self)
        return questions.EDITIONS[self.edition]

    @property
    def expires_at(self) -> datetime:
        return self.touched_at + UNCLAIMED_FOR

    def lines(self) -> list[Line]:
        given = {answer.question: answer for answer in self.answers.all()} if self.is_kept else {}
        return [Line(it, it.wording(self.perspective), given.get(it.key)) for it in self.questions]

    def counts(self) -> Counts:
        return scoring.count(line.state for line in self.lines())

    def states(self) -> dict[str, State]:
        """How each question stands, by its key, in the order asked."""
        return {line.question.key: line.state for line in self.lines()}

    def first_open(self) -> Question | None:
        """The first question without a yes, partly or no."""
        return next((line.question for line in self.lines() if line.state == scoring.State.OPEN), None)

    def record(
        self, question: Question, value: str | None, note: str = "", *, at: datetime | None = None
    ) -> Answer:
        """Keep what was answered, in place of an earlier answer to the same question. Null leaves it open."""
        with transaction.atomic():
            self._hold()
            self.touched_at = at or timezone.now()
            self.save(update_fields=["touched_at"])
            given = Answer(
                owner_id=self.owner_id,
                assessment=self,
                question=question.key,
                value=value,
                note=note,
                answered_at=self.touched_at,
            )
            Answer.objects.bulk_create(
                [given],
                update_conflicts=True,
                unique_fields=["assessment", "question"],
                update_fields=["value", "note", "answered_at"],
            )
        return given

    def finish(self, *, at: datetime | None = None) -> None:
        """From now on nothing changes. Whatever is open stays open."""
        with transaction.atomic():
            self._hold()
            self.finished_at = self.touched_at = at or timezone.now()
            self.save(update_fields=["finished_at", "touched_at"])
            if self.owner:
                Assessment.objects.plan_the_next(self.owner, self.perspective)

    def remove(self) -> None:
        """Delete it as a whole. What was put on a day because of it stays on its day."""
        with transaction.atomic():
            held = Assessment.objects.select_for_update().get(pk=self.pk)
            owner, was_finished = held.owner, held.finished_at is not None
            held.delete()
            if owner and was_finished:
                Assessment.objects.plan_the_next(owner, held.perspective)

    def _hold(self) -> None:
        """Lock the row, so that two tabs come one after the other, and look at it as it is now."""
        self.refresh_from_db(from_queryset=Assessment.objects.select_for_update())
        if self.finished_at is not None:
            raise FinishedError
        if not self.is_known:
            raise UnknownEditionError(self)


class Answer(Claimable):
    """What was answered to one question of one check."""

    class Value(models.TextChoices):
        YES = scoring.State.YES.value, _("Yes")
        PARTLY = scoring.State.PARTLY.value, _("Partly")
        NO = scoring.State.NO.value, _("No")

    YES, PARTLY, NO = Value.YES, Value.PARTLY, Value.NO

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=32)
    value = models.CharField(max_length=6, choices=Value, null=True, blank=True)  # noqa: DJ001 (null is open, which is no answer)
    note = models.TextField(blank=True, validators=[MaxLengthValidator(NOTE_LENGTH)])
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameOwner("assessment", name="assessments_answer_same_owner"),
            models.UniqueConstraint(
                fields=["assessment", "question"], name="assessments_answer_one_per_question"
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__in=["yes", "partly", "no"]),
                name="assessments_answer_value",
            ),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("note"), NOTE_LENGTH),
                name="assessments_answer_note_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value or 'open'}"
