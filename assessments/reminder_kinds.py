"""How the reminder of the next check reads, and whether it is still wanted.

It says what was answered last time: how often yes, partly and no, and when. Never a note's words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments import words
from assessments.models import Assessment, Retake
from assessments.reminders import RETAKE
from contacts.words import day_and_month, full, with_weekday
from netvalue.outbox.kinds import Kind, Line
from netvalue.outbox.localtime import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from assessments.again import Choice
    from netvalue.outbox.kinds import Due
    from netvalue.outbox.models import Occurrence


class Retakes(Kind):
    """Once, on its day; late for a month."""

    name = RETAKE
    label = _("The next check")

    def standing(self, waiting: Sequence[Due]) -> Mapping[int, date]:
        return {pk: due for pk, (choice, last) in _choices(waiting).items() if (due := choice.due_on(last))}

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return due_on + timedelta(days=31)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        choices = _choices(occurrences)
        newest: dict[int, int] = {}
        for occurrence in sorted(occurrences, key=lambda o: o.occurrence_on):
            choice, last = choices.get(occurrence.pk, (None, None))
            if choice and choice.still_tells(occurrence.occurrence_on, last):
                newest[occurrence.object_id] = occurrence.pk
        return set(newest.values())

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        retakes = _retakes(occurrence for occurrence, _day in asked)
        theirs = [
            (occurrence, retake, day)
            for occurrence, day in asked
            if (retake := retakes.get(occurrence.object_id)) and retake.owner_id == occurrence.owner_id
        ]
        checks = _checks_before((occurrence, retake) for occurrence, retake, _day in theirs)
        return {
            occurrence.pk: retake_line(retake, checks.get(occurrence.pk), occurrence.occurrence_on, day)
            for occurrence, retake, day in theirs
        }


def _retakes(rows: Iterable[Occurrence | Due]) -> dict[int, Retake]:
    return Retake.objects.select_related("owner").in_bulk({row.object_id for row in rows})


def _choices(rows: Sequence[Occurrence | Due]) -> dict[int, tuple[Choice, date | None]]:
    """By row, the choice it comes from and the day of the last check, where its owner lives now."""
    retakes = _retakes(rows)
    finished = Assessment.objects.filter(owner__in={row.owner_id for row in rows}).last_finished()
    found = {}
    for row in rows:
        if retake := retakes.get(row.object_id):
            at = finished.get((retake.owner_id, retake.perspective))
            found[row.pk] = retake.choice, local_day(at, row.owner.zone) if at else None
    return found


def _checks_before(asked: Iterable[tuple[Occurrence, Retake]]) -> dict[int, Assessment]:
    """By occurrence, the last check from before its day: what was last when it was told, not what is now."""
    asked = list(asked)
    series = Assessment.objects.filter(owner__in={retake.owner_id for _o, retake in asked}).series()
    last: dict[int, int] = {}
    for occurrence, retake in asked:
        for at, pk in series.get((retake.owner_id, retake.perspective), []):
            if local_day(at, retake.owner.zone) < occurrence.occurrence_on:
                last[occurrence.pk] = pk
    checks = Assessment.objects.with_answers().in_bulk(set(last.values()))
    return {occurrence: checks[pk] for occurrence, pk in last.items() if pk in checks}


def retake_line(retake: Retake, check: Assessment | None, on: date, day: date) -> Line:
    """What is said on `day` about a check to be taken again on `on`."""
    person = retake.perspective == Assessment.Perspective.PERSON
    late = on < day
    said = [
        gettext("was meant for %(date)s.") % {"date": with_weekday(on)}
        if late
        else gettext("time for the next one.")
    ]
    if check and check.finished_at and check.is_known:
        then = local_day(check.finished_at, retake.owner.zone)
        said.append(
            gettext("Your last check, %(date)s: %(counts)s")
            % {
                "date": day_and_month(then.month, then.day) if then.year == day.year else full(then),
                "counts": words.counts_in_words(check.counts()),
            }
        )
    return Line(
        who=gettext("Check as a person") if person else gettext("Check as an organisation"),
        what=" ".join(said),
        subject=(
            gettext("The ten questions once again, as a person")
            if person
            else gettext("The ten questions once again, as an organisation")
        ),
        path=f"{reverse('assessments:start')}?as={retake.perspective}",
        late=late,
    )
