"""What somebody decided about the small steps of a check: put on a day, or not this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from assessments import steps
from assessments.models.checks import Assessment
from assessments.steps import Standing
from contacts.models import FollowUp
from netvalue.ownership import Owned, OwnedQuerySet, SameOwner

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.questions import Question


class StepQuerySet(OwnedQuerySet["Step"]):
    """Steps by the questions pages ask."""

    def taken(self) -> Self:
        """Those that were put on a day."""
        return self.exclude(taken_at=None)

    def open(self) -> Self:
        """On the list still."""
        return self.filter(follow_up__in=FollowUp.objects.open())

    def waiting(self) -> Self:
        """On the list still, and to be shown there."""
        return self.filter(follow_up__in=FollowUp.objects.wanted())

    def as_a(self, perspective: str) -> Self:
        return self.filter(assessment__perspective=perspective)

    def about(self, check: Assessment) -> Self:
        """Those of a check, and those of others of its kind that are still open."""
        mine = self.filter(owner=check.owner_id).as_a(check.perspective)
        return mine.filter(Q(assessment=check) | Q(pk__in=mine.open().values("pk"))).with_follow_ups()

    def told_with(self, check: Assessment, since: datetime) -> Self:
        """What was taken before a check and not settled by `since`, which is when the last one ended."""
        mine = self.filter(owner=check.owner_id).as_a(check.perspective).taken().with_follow_ups()
        settled = (
            Q(follow_up=None, assessment__finished_at__lt=since)
            | Q(follow_up__done_at__lte=since)
            | Q(follow_up__removed_at__lte=since)
        )
        before = Q(taken_at__lte=check.finished_at, assessment__finished_at__lt=check.finished_at)
        return mine.filter(before).exclude(settled)

    def with_follow_ups(self) -> Self:
        return self.select_related("follow_up__contact")

    def at(self, check: Assessment, question: Question) -> Step:
        """The step of a question as it is now, or a new one. Whoever asks to change it holds the check."""
        assert check.owner_id is not None
        found = self.filter(assessment=check, question=question.key)
        # Whoever deletes a person holds its follow-ups before they change the steps; so do we.
        list(FollowUp.objects.filter(step__in=found).select_for_update())
        step = found.with_follow_ups().first()
        return step or Step(owner_id=check.owner_id, assessment=check, question=question.key)


class Step(Owned):
    """One small step of a check that somebody decided on."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="steps")
    question = models.CharField(max_length=32)
    follow_up = models.OneToOneField(
        FollowUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="step"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question"], name="assessments_step_one_per_question"
            ),
            models.CheckConstraint(
                condition=Q(follow_up=None) | Q(taken_at__isnull=False),
                name="assessments_step_noted_is_taken",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=False) | Q(dropped_at__isnull=False),
                name="assessments_step_is_decided",
            ),
            SameOwner("assessment", name="assessments_step_assessment_same_owner"),
            SameOwner("follow_up", name="assessments_step_follow_up_same_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.standing}"

    @property
    def standing(self) -> Standing:
        if self.follow_up:
            return steps.noted(done_at=self.follow_up.done_at, let_go_at=self.follow_up.removed_at)
        return steps.unnoted(taken_at=self.taken_at, dropped_at=self.dropped_at)

    @transaction.atomic
    def accept(self, follow_up: FollowUp) -> bool:
        """Put it on a day as this follow-up, if it can be: on the list already, it stays as it is."""
        if self.standing not in steps.FREE:
            return False
        if self.follow_up:
            self.follow_up.forget()
        follow_up.keep()
        self.follow_up, self.taken_at, self.dropped_at = follow_up, timezone.now(), None
        self.save()
        return True

    @transaction.atomic
    def take_back(self) -> None:
        """As if it had never been put on a day."""
        if self.standing == Standing.OPEN and self.follow_up:
            self.follow_up.forget()
            self.delete()

    @transaction.atomic
    def drop(self) -> None:
        """Not this one, or not any more. What is done stays done."""
        if self.standing not in {Standing.DONE, Standing.DROPPED}:
            if self.follow_up:
                self.follow_up.remove()
            self.dropped_at = timezone.now()
            self.save()

    @transaction.atomic
    def take_up(self) -> None:
        """Dropped, and wanted after all: on the list again if it was there, else proposed again."""
        if self.standing != Standing.DROPPED:
            return
        if self.follow_up:
            self.follow_up.bring_back()
        self.dropped_at = None
        if self.taken_at:
            self.save()
        else:
            self.delete()
