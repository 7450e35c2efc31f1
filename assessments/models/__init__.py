"""What is kept: checks with their answers and steps, when the next one is due, and the guide."""

from __future__ import annotations

from assessments.models.checks import (
    NOTE_LENGTH,
    UNCLAIMED_FOR,
    Answer,
    Assessment,
    AssessmentQuerySet,
    Claimable,
    FinishedError,
    Line,
    UnknownEditionError,
)
from assessments.models.guide import GUIDE_LENGTH, GuideAnswer, GuideAnswerQuerySet
from assessments.models.retakes import Retake
from assessments.models.steps import Step, StepQuerySet

__all__ = [
    "GUIDE_LENGTH",
    "NOTE_LENGTH",
    "UNCLAIMED_FOR",
    "Answer",
    "Assessment",
    "AssessmentQuerySet",
    "Claimable",
    "FinishedError",
    "GuideAnswer",
    "GuideAnswerQuerySet",
    "Line",
    "Retake",
    "Step",
    "StepQuerySet",
    "UnknownEditionError",
]
