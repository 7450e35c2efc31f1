"""What is kept: checks and their answers."""

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
from assessments.models.retakes import Retake
from assessments.models.steps import Step, StepQuerySet

__all__ = [
    "NOTE_LENGTH",
    "UNCLAIMED_FOR",
    "Answer",
    "Assessment",
    "AssessmentQuerySet",
    "Claimable",
    "FinishedError",
    "Line",
    "Retake",
    "Step",
    "StepQuerySet",
    "UnknownEditionError",
]
