"""Taking the checklist, page by page. Anybody may; only its history needs an account."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from assessments import limits, next_steps, notebook, scoring, visitors, words
from assessments.forms.taking import AnswerForm, BeginForm
from assessments.models import FinishedError
from contacts.views.asked import posted
from netvalue.accounts import browser
from netvalue.htmx import SeeOther

if TYPE_CHECKING:
    from django import http

    from assessments.models import Assessment, Line

SECONDS_PER_QUESTION = 18


# Public: the check can be taken without an account.
@login_not_required
@never_cache
def start(request: http.HttpRequest) -> HttpResponse:
    form = BeginForm(posted(request), initial={"uid": uuid.uuid4(), "perspective": request.GET.get("as")})
    if form.is_valid():
        uid = visitors.begin(request, form.cleaned_data["uid"], form.cleaned_data["perspective"])
        return SeeOther(goes_on_at(visitors.find(request, uid)))
    taken = visitors.checks(request)
    context = {
        "form": form,
        "unfinished": taken.unfinished().newest_first().with_answers()[:3],
        "last": taken.finished().last_finished_first().first(),
        "came": (
            next_steps.before_the_next(request.user, timezone.localdate())
            if request.user.is_authenticated
            else []
        ),
    }
    return render(request, "assessments/start.html", context, status=422 if form.is_bound else 200)


@dataclass(frozen=True)
class Page:
    """One question of a check, and all the lines of it."""

    check: Assessment
    lines: list[Line]
    line: Line

    @classmethod
    def of(cls, check: Assessment, number: int) -> Page:
        lines = check.lines()
        line = next((line for line in lines if line.question.number == number), None)
        if line is None:
            raise visitors.NotHereError
        return cls(check, lines, line)

    @property
    def given(self) -> dict[str, str]:
        """What stands in the form: the answer as it is, if there is one."""
        return {"answer": self.line.state.value, "note": self.line.note} if self.line.answer else {}


# Public: the check can be taken without an account.
@login_not_required
@never_cache
def question(request: http.HttpRequest, uid: uuid.UUID, number: int) -> HttpResponse:
    page = Page.of(visitors.find(request, uid), number)
    if request.method == "POST":
        return answered(request, page)
    if page.check.finished_at:
        return redirect("assessments:result", uid)
    return question_page(request, page, AnswerForm(initial=page.given))


def answered(request: http.HttpRequest, page: Page) -> HttpResponse:
    """Keep the answer and go where the button said."""
    check, line, form = page.check, page.line, AnswerForm(request.POST)
    if check.finished_at:
        return too_late(request, check)
    if not form.is_valid():
        return question_page(request, page, form, status=422)
    try:
        if form.says_something:
            with transaction.atomic():
                visitors.keep(request, check).record(line.question, form.value, form.cleaned_data["note"])
    except limits.TooManyError:
        return question_page(request, page, form, status=429)
    except FinishedError:
        return too_late(request, check)
    response = SeeOther(next_page(request, check, line.question.number, form.then))
    if form.cleaned_data["language"]:
        browser.speak(request, response, form.cleaned_data["language"])
    return response


def too_late(request: http.HttpRequest, check: Assessment) -> HttpResponse:
    """The check was finished before this answer came; what was typed is shown, so that nothing is lost."""
    context = {"check": check, "typed": AnswerForm(request.POST)}
    return render(request, "assessments/finished.html", context, status=409)


def next_page(request: http.HttpRequest, check: Assessment, number: int, then: str) -> str:
    """The page after an answer; whoever came from the review goes back there."""
    if then == AnswerForm.Then.STAY:
        return request.get_full_path()
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


def question_page(request: http.HttpRequest, page: Page, form: AnswerForm, status: int = 200) -> HttpResponse:
    left = sum(it.state == scoring.State.OPEN for it in page.lines)
    context = {
        "check": page.check,
        "lines": page.lines,
        "line": page.line,
        "form": form,
        "choices": words.choices(page.line.wording),
        "minutes": left and max(1, round(left * SECONDS_PER_QUESTION / 60)),
        "too_many": status == 429,
        "guide": notebook.beside(request.user, page.check, page.line),
    }
    return render(request, "assessments/question.html", context, status=status)


# Public: the check can be taken without an account.
@login_not_required
@never_cache
def review(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = visitors.find(request, uid)
    lines = check.lines()
    counts = scoring.count(line.state for line in lines)
    if check.finished_at:
        return SeeOther(reverse("assessments:result", args=[uid]))
    if request.method == "POST" and counts.answered:
        return finished(check)
    context = {"check": check, "lines": lines, "counts": counts}
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/review.html", context, status=status)


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
