"""What somebody has written in the guide: dated versions, to which one is added and none is ever changed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone

from netvalue.accounts.models import User
from netvalue.undo import Removable, RemovableQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable

GUIDE_LENGTH = 4000


class GuideAnswerQuerySet(RemovableQuerySet["GuideAnswer"]):
    """Queries over what stands in guides."""

    def about(self, key: str) -> Self:
        return self.filter(question=key)

    def newest_first(self) -> Self:
        return self.order_by("-written_at", "-id")

    def current(self, keys: Iterable[str]) -> dict[str, GuideAnswer]:
        """Of each of these questions the version that holds now, by the question's key."""
        newest = self.kept().filter(question__in=keys).order_by("question", "-written_at", "-id")
        return {answer.question: answer for answer in newest.distinct("question")}


class GuideAnswer(Removable):
    """One version of what somebody answers to one of the seven questions."""

    question = models.CharField(max_length=32)
    text = models.TextField(validators=[MaxLengthValidator(GUIDE_LENGTH)])
    written_at = models.DateTimeField(default=timezone.now)
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)

    objects: ClassVar[GuideAnswerQuerySet] = GuideAnswerQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "form_token"], name="assessments_guide_one_per_form"),
            models.CheckConstraint(condition=~Q(question=""), name="assessments_guide_has_a_question"),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("text"), GUIDE_LENGTH),
                name="assessments_guide_text_length",
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="assessments_guide_says_something"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "question", "-written_at", "-id"], name="assessments_guide_of_an_owner"
            ),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="assessments_guide_removed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.written_at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def write(cls, owner: User, key: str, text: str, token: uuid.UUID, *, at: datetime | None = None) -> bool:
        """Write down a new version; false if there is nothing new to write down.

        The owner is held, so that of two tabs the second comes after the first. The same form sent twice
        writes once; with another text, from a page gone back to, it writes another version.
        """
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        mine = cls.objects.of(owner)
        now = mine.current([key]).get(key)
        if now and now.text == text:
            return False
        answer, is_new = mine.get_or_create(
            owner=owner,
            form_token=uuid.uuid5(token, f"{key} {text}"),
            defaults={"question": key, "text": text, "written_at": at or timezone.now()},
        )
        was_removed = answer.removed_at is not None
        if was_removed:
            answer.bring_back()
        return is_new or was_removed
