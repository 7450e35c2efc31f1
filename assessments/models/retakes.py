"""When somebody wants to be reminded of the next check, as a person and as an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assessments import again, questions
from netvalue.ownership import Owned, OwnedQuerySet

if TYPE_CHECKING:
    from netvalue.accounts.models import User


class RetakeQuerySet(OwnedQuerySet["Retake"]):
    """Queries over choices."""

    def held(self, owner: User, perspective: str) -> Retake:
        """Their choice, locked; the usual one is made for whoever has made none."""
        retake, _made = self.select_for_update().get_or_create(owner=owner, perspective=perspective)
        return retake


class Retake(Owned):
    """After so many months or on a day; neither is never."""

    perspective = models.CharField(max_length=12)
    months = models.PositiveSmallIntegerField(null=True, default=again.USUALLY)
    on = models.DateField(null=True)

    objects = RetakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "perspective"], name="assessments_retake_one_per_perspective"
            ),
            models.CheckConstraint(
                condition=Q(perspective__in=[it.value for it in questions.Perspective]),
                name="assessments_retake_perspective",
            ),
            models.CheckConstraint(
                condition=Q(months=None) | Q(months__in=again.MONTHS), name="assessments_retake_months"
            ),
            models.CheckConstraint(
                condition=Q(months=None) | Q(on=None), name="assessments_retake_months_or_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.perspective}: {self.months or self.on or 'never'}"

    @property
    def choice(self) -> again.Choice:
        return again.Choice(self.months, self.on)

    def choose(self, choice: again.Choice) -> None:
        self.months, self.on = choice.months, choice.on
        self.save(update_fields=["months", "on"])
