"""Taking the checklist, page by page. Anybody may; only its history needs an account."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from assessments import limits, notebook, scoring, visitors, words
from assessments.forms.taking import AnswerForm, BeginForm
from assessments.models import FinishedError
from netvalue.htmx import SeeOther

if TYPE_CHECKING:
    from django import http

    from assessments.models import Assessment, Line

SECONDS_PER_QUESTION = 18


# Public: the check can be taken without an account.
@login_not_required
@never_cache
def start(request: http.HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = BeginForm(posted, initial={"uid": uuid.uuid4(), "perspective": request.GET.get("as")})
    if form.is_valid():
        uid = visitors.begin(request, form.cleaned_data["uid"], form.cleaned_data["perspective"])
        return SeeOther(goes_on_at(visitors.find(request, uid)))
    taken = visitors.checks(request).newest_first()
    context = {"form": form, "unfinished": taken.unfinished()[:3], "last": taken.finished().first()}
    return render(request, "assessments/start.html", context, status=422 if form.is_bound else 200)


# Public: the check can be taken without an account.
@login_not_required
@never_cache
def question(request: http.HttpRequest, uid: uuid.UUID, number: int) -> HttpResponse:
    check = visitors.find(request, uid)
    line = next((line for line in check.lines() if line.question.number == number), None)
    if line is None:
        raise Http404
    if request.method == "POST":
        return answered(request, check, line)
    if check.finished_at:
        return redirect("assessments:result", uid)
    given = line.answer and line.state.value
    return question_page(request, check, line, AnswerForm(initial={"answer": given, "note": line.note}))


def answered(request: http.HttpRequest, check: Assessment, line: Line) -> HttpResponse:
    """Keep the answer and go where the button said."""
    form = AnswerForm(request.POST)
    if check.finished_at:
        return too_late(request, check)
    if not form.is_valid():
        return question_page(request, check, line, form, status=422)
    try:
        if form.says_something:
            visitors.keep(request, check).record(line.question, form.value, form.cleaned_data["note"])
    except limits.TooManyError:
        return question_page(request, check, line, form, status=429)
    except FinishedError:
        return too_late(request, check)
    return SeeOther(next_page(request, check, line.question.number, form.then))


def too_late(request: http.HttpRequest, check: Assessment) -> HttpResponse:
    """The check was finished before this answer came; what was typed is shown, so that nothing is lost."""
    context = {"check": check, "typed": AnswerForm(request.POST)}
    return render(request, "assessments/finished.html", context, status=409)


def next_page(request: http.HttpRequest, check: Assessment, number: int, then: str) -> str:
    """The page after an answer; whoever came from the review goes back there."""
    if then == AnswerForm.Then.LATER:
        return reverse("assessments:history" if request.user.is_authenticated else "assessments:start")
    if "review" in request.GET:
        return reverse("assessments:review", args=[check.uid])
    number += -1 if then == AnswerForm.Then.BACK else 1
    if number < 1:
        return reverse("assessments:start")
    if number > len(check.questions):
        return reverse("assessments:review", args=[check.uid])
    return reverse("assessments:question", args=[check.uid, number])


def question_page(
    request: http.HttpRequest, check: Assessment, line: Line, form: AnswerForm, status: int = 200
) -> HttpResponse:
    lines = check.lines()
    left = sum(it.state == scoring.State.OPEN for it in lines)
    context = {
        "check": check,
        "lines": lines,
        "line": line,
        "form": form,
        "choices": words.choices(line.wording),
        "minutes": left and max(1, round(left * SECONDS_PER_QUESTION / 60)),
        "too_many": status == 429,
        "guide": notebook.beside(request.user, check, line),
    }
    return render(request, "assessments/question.html", context, status=status)


# Public: the check can be taken without an account.
@login_not_required
@never_cache
def review(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = visitors.find(request, uid)
    counts = check.counts()
    if check.finished_at:
        return SeeOther(reverse("assessments:result", args=[uid]))
    if request.method == "POST" and counts.answered:
        return finished(check)
    context = {"check": check, "lines": check.lines(), "counts": counts}
    return render(
        request, "assessments/review.html", context, status=422 if request.method == "POST" else 200
    )


def finished(check: Assessment) -> HttpResponse:
    """Finish it; if another tab was faster, the result is the same."""
    with suppress(FinishedError):
        check.finish()
    return SeeOther(reverse("assessments:result", args=[check.uid]))


def goes_on_at(check: Assessment) -> str:
    """Where a check is taken up: at its first open question, at the review, or at its result."""
    if check.finished_at:
        return reverse("assessments:result", args=[check.uid])
    if not check.is_known:  # any of its questions says so
        return reverse("assessments:question", args=[check.uid, 1])
    first_open = check.first_open()
    if first_open is None:
        return reverse("assessments:review", args=[check.uid])
    return reverse("assessments:question", args=[check.uid, first_open.number])
