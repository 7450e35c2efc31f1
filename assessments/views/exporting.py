"""One's finished checks as files: a table, and JSON that keeps every character.

Everything is asked of the database first, in a number of questions that does not grow; what is streamed is
only the writing. So an error is an error page and never half a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import exporting, scoring, words
from assessments.exporting import AnswerOut, CheckOut, GuideOut, StepOut
from assessments.guide import QUESTIONS
from assessments.models import Assessment, GuideAnswer
from assessments.questions import Perspective
from assessments.views.attachments import as_a_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from assessments.models import Answer, Line, Step
    from netvalue.htmx import HttpRequest


@require_safe
def checks_csv(request: HttpRequest) -> StreamingHttpResponse:
    return attached(exporting.as_csv(wanted(request)), "text/csv; charset=utf-8", "csv")


@require_safe
def checks_json(request: HttpRequest) -> StreamingHttpResponse:
    checks = wanted(request)
    # Who wants the checks of one perspective wants nothing else.
    guide = [] if "as" in request.GET else guide_of(request)
    document = exporting.as_json(checks, guide, get_language() or "en")
    return attached(document, "application/json", "json")


def wanted(request: HttpRequest) -> list[CheckOut]:
    """The reader's finished checks, oldest first; with `as` those of one perspective."""
    finished = Assessment.objects.of(request.user).finished().to_export()
    perspective = request.GET.get("as")
    if perspective is not None:
        if perspective not in list(Perspective):
            raise Http404
        finished = finished.as_a(perspective)
    return [written(check, request.user.zone) for check in finished]


def written(check: Assessment, zone: ZoneInfo) -> CheckOut:
    assert check.finished_at
    if check.is_known:
        answers = [asked(line) for line in check.lines()]
    else:
        answers = [unasked(it) for it in sorted(check.answers.all(), key=lambda it: it.question)]
    return CheckOut(
        uid=str(check.uid),
        perspective=check.perspective,
        edition=check.edition,
        begun=timezone.localtime(check.begun_at, zone),
        finished=timezone.localtime(check.finished_at, zone),
        answers=answers,
        steps=[decided(check, step) for step in check.steps.all()],
    )


def asked(line: Line) -> AnswerOut:
    question = _(line.wording.question)
    state = str(words.NAMES[line.state])
    return AnswerOut(line.question.number, line.question.key, question, line.state.value, state, line.note)


def unasked(answer: Answer) -> AnswerOut:
    """An answer to a question whose words this version does not know: nothing of it is left behind."""
    state = scoring.state(answer.value)
    return AnswerOut(None, answer.question, "", state.value, str(words.NAMES[state]), answer.note)


def decided(check: Assessment, step: Step) -> StepOut:
    """A step in the words it was put on the list with, else in those of the check."""
    follow_up = step.follow_up
    known = check.questions if check.is_known else ()
    worded = next((it.wording(check.perspective).step for it in known if it.key == step.question), "")
    return StepOut(
        key=step.question,
        standing=step.standing.value,
        step=follow_up.what if follow_up else worded and _(worded),
        due=follow_up.day if follow_up else None,
        person=str(follow_up.contact) if follow_up and follow_up.contact else "",
    )


def guide_of(request: HttpRequest) -> list[GuideOut]:
    """Every version of what the reader has written in the guide and not removed, oldest first."""
    asked_there = {it.key: _(it.question) for it in QUESTIONS}
    return [
        GuideOut(
            key=it.question,
            question=asked_there.get(it.question, ""),
            written=timezone.localtime(it.written_at, request.user.zone),
            text=it.text,
        )
        for it in GuideAnswer.objects.of(request.user).kept().order_by("written_at", "pk")
    ]


def attached(parts: Iterator[str], kind: str, ending: str) -> StreamingHttpResponse:
    name = f"netvalue-checks-{timezone.localdate():%Y-%m-%d}.{ending}"
    content = (part.encode() for part in parts)
    return StreamingHttpResponse(content, content_type=kind, headers=as_a_file(name))
