"""The small steps of a check: put on a day, or not this one; and both taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import next_steps, visitors
from assessments.forms.steps import StepForm, WhoForm
from assessments.models import Assessment, Step
from assessments.steps import FREE, Standing
from assessments.views.taking import goes_on_at
from contacts.views.asked import back, posted
from contacts.words import seen_from, today_of
from netvalue.htmx import HttpRequest, SeeOther, changed, leading_to, said

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.next_steps import Asked


def check_of(request: HttpRequest, uid: UUID) -> Assessment:
    """One of their checks. Whoever decides on a step holds it, so that two tabs come one after the other."""
    if request.method == "POST":
        return get_object_or_404(Assessment.objects.of(request.user).select_for_update(), uid=uid)
    return visitors.find(request, uid)


def step_of(check: Assessment, number: int) -> Asked:
    """The step for one of its questions; a yes needs none."""
    found = next((it for it in next_steps.asked(check) if it.line.question.number == number), None)
    if found is None or not check.finished_at:
        raise Http404
    return found


@transaction.atomic
def step(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    check = check_of(request, uid)
    if not check.finished_at:
        return SeeOther(goes_on_at(check))
    asked, page = step_of(check, number), back(request, steps_of(check))
    form = StepForm(
        posted(request),
        owner=request.user,
        today=today_of(request),
        initial={"what": _(asked.line.wording.step).rstrip(".")},
        with_somebody=asked.line.wording.with_somebody,
    )
    if asked.standing not in FREE:
        return stays(request, asked, form, page)
    if form.is_valid():
        return taken(request, check, asked, form, page)
    return step_page(request, check, asked, form, page)


def taken(request: HttpRequest, check: Assessment, asked: Asked, form: StepForm, page: str) -> HttpResponse:
    follow_up, question = form.save(commit=False), asked.line.question
    Step.objects.at(check, question).accept(follow_up)
    words = {"what": follow_up.what, "day": seen_from(today_of(request), follow_up.day)}
    undo = reverse("assessments:take_back_step", args=[check.uid, question.number])
    said(request, _("On your list, %(day)s: %(what)s") % words, undo=leading_to(undo, page))
    return SeeOther(page)


def stays(request: HttpRequest, asked: Asked, form: StepForm, page: str) -> HttpResponse:
    """It was put on a day before. Whoever sent other words or another day hears that they came too late."""
    if form.is_valid() and asked.follow_up:
        sent, noted = form.cleaned_data, asked.follow_up
        if (sent["what"], sent["due_on"]) != (noted.what, noted.due_on):
            said(request, _("Not added: %(what)s. This step was on your list already.") % sent)
    return SeeOther(page)


def step_page(
    request: HttpRequest, check: Assessment, asked: Asked, form: StepForm, page: str
) -> HttpResponse:
    who = WhoForm(request.GET)
    chosen = form.cleaned_data.get("person") if form.is_bound else None
    context = {
        "check": check,
        "line": asked.line,
        "form": form,
        "who": who,
        "people": who.people(request.user, chosen) if "person" in form.fields else [],
        "chosen": chosen,
        "page": page,
    }
    status = 422 if form.is_bound or not who.is_valid() else 200
    return render(request, "assessments/step.html", context, status=status)


@require_POST
@transaction.atomic
def drop(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    check = check_of(request, uid)
    asked, page = step_of(check, number), back(request, steps_of(check))
    dropped = Step.objects.at(check, asked.line.question)
    dropped.drop()
    if dropped.standing == Standing.DONE:
        said(request, _("This step is done already, and stays so."))
    else:
        undo = reverse("assessments:take_up_step", args=[uid, number])
        words = {"what": asked.sentence}
        said(request, _("Set aside: %(what)s") % words, undo=leading_to(undo, page))
    return as_it_is_now(request, check, page)


@require_POST
@transaction.atomic
def take_up(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    check = check_of(request, uid)
    Step.objects.at(check, step_of(check, number).line.question).take_up()
    return as_it_is_now(request, check, back(request, steps_of(check)))


@require_POST
@transaction.atomic
def take_back(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    check = check_of(request, uid)
    Step.objects.at(check, step_of(check, number).line.question).take_back()
    return as_it_is_now(request, check, back(request, steps_of(check)))


def steps_of(check: Assessment) -> str:
    return reverse("assessments:result", args=[check.uid]) + "#steps"


def as_it_is_now(request: HttpRequest, check: Assessment, page: str) -> HttpResponse:
    """The steps on the page where they were changed."""
    today = today_of(request)
    if page == reverse("today"):
        latest = Assessment.objects.of(request.user).latest_per_perspective()
        proposed = {"step": next_steps.for_today(request.user, latest, today), "is_fresh": True}
        return changed(request, "assessments/step_today.html", proposed, to=page)
    shown = {"steps": next_steps.of_check(check, today), "check": check, "is_fresh": True}
    return changed(request, "assessments/result_steps.html", shown, to=page)
