"""The small steps of a check as pages show them: what is proposed, what is on the list, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import steps
from assessments.models import Assessment, Step
from assessments.steps import Standing
from contacts.words import full, seen_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from assessments.models import Line
    from contacts.models import Contact, FollowUp
    from netvalue.accounts.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """The step of one question, and how it stands."""

    line: Line
    standing: Standing
    step: Step | None

    @property
    def follow_up(self) -> FollowUp | None:
        return self.step.follow_up if self.step else None

    @property
    def contact(self) -> Contact | None:
        return self.follow_up.contact if self.follow_up else None

    @property
    def is_about_somebody_hidden(self) -> bool:
        """Then neither who nor what is shown."""
        return self.contact is not None and not self.contact.may_be_named

    @property
    def sentence(self) -> str:
        """What its owner made of it, as long as that is noted; else as the check says it."""
        if self.follow_up is None or self.is_about_somebody_hidden:
            return _(self.line.wording.step)
        return self.follow_up.what


def asked(check: Assessment) -> list[Asked]:
    """The steps of a check that have a reason, in the order in which they are offered."""
    lines = {line.question.key: line for line in check.lines()}
    known = list(Step.objects.about(check)) if check.owner_id else []
    mine = {step.question: step for step in known if step.assessment_id == check.pk}
    elsewhere = {step.question: step for step in known if step.assessment_id != check.pk}
    standings = steps.standings(
        {key: line.state for key, line in lines.items()},
        {key: step.standing for key, step in mine.items()},
        elsewhere.keys(),
    )
    return [
        Asked(lines[key], standing, (elsewhere if standing == Standing.ELSEWHERE else mine).get(key))
        for key, standing in standings.items()
    ]


def of_check(check: Assessment, today: date) -> dict[str, Any] | None:
    """What its result shows: the steps, and apart from them those that were set aside."""
    every = {it.line.question.key: it for it in asked(check)}
    shown = steps.offered({key: it.standing for key, it in every.items()})
    rows = [as_row(check, every[key], today) for key in shown]
    if not rows:
        return None
    return {
        "rows": [row for row in rows if row["standing"] != Standing.DROPPED],
        "set_aside": [row for row in rows if row["standing"] == Standing.DROPPED],
        "may_accept": check.owner_id is not None,
    }


def for_today(user: User, latest: Sequence[Assessment], today: date) -> dict[str, Any] | None:
    """One step, of the first of these checks that has one; none as long as another waits to be done."""
    known = [check for check in latest if check.is_known]
    if not known or Step.objects.of(user).waiting().exists():
        return None
    for check in known:
        for it in asked(check):
            if it.standing == Standing.PROPOSED:
                return as_row(check, it, today)
    return None


def before_the_next(user: User, today: date) -> list[dict[str, Any]]:
    """What has come so far of the steps of the newest check, for whoever is about to take the next."""
    told = {Standing.OPEN, Standing.ELSEWHERE, Standing.DONE}
    newest = Assessment.objects.of(user).finished().known().last_finished_first().with_answers()[:1]
    return [as_row(check, it, today) for check in newest for it in asked(check) if it.standing in told]


def that_came(check: Assessment, before: Assessment | None, today: date) -> list[dict[str, Any]]:
    """What came, since the check before, of the steps that were taken before this one."""
    if before is None or before.finished_at is None or check.owner_id is None:
        return []
    told = Step.objects.told_with(check, since=before.finished_at)
    wordings = {line.question.key: line for line in check.lines()}
    found = [
        Asked(wordings[step.question], step.standing, step) for step in told if step.question in wordings
    ]
    return [as_row(check, it, today) for it in found]


def as_row(check: Assessment, it: Asked, today: date) -> dict[str, Any]:
    """One step in words: what, on which day, with whom, or what became of it."""
    follow_up = it.follow_up
    done_at = follow_up.done_at if follow_up else None
    return {
        "uid": check.uid,
        "number": it.line.question.number,
        "aspect": _(it.line.question.aspect),
        "state": it.line.state,
        "standing": it.standing,
        "sentence": it.sentence,
        "day": seen_from(today, follow_up.day) if follow_up else "",
        "due": follow_up.day if follow_up else None,
        "late": bool(follow_up and follow_up.day < today),
        "done_on": full(timezone.localdate(done_at)) if done_at else "",
        "contact": None if it.is_about_somebody_hidden else it.contact,
    }
