"""The guide: seven questions to answer in one's own words, every version kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assessments import notebook
from assessments.forms.guide import GuideForm
from assessments.guide import question_with
from assessments.models import GuideAnswer
from contacts.views.asked import posted
from netvalue.htmx import HttpRequest, SeeOther, changed, said

if TYPE_CHECKING:
    from django import http

    from assessments.guide import GuideQuestion

VERSIONS_ON_A_PAGE = 10


# Public: whoever has no account reads here what is asked, and that answering needs one.
@login_not_required
@never_cache
def guide(request: http.HttpRequest) -> HttpResponse:
    check = notebook.last_check(request.user)
    context = {
        "entries": notebook.entries(request.user, check=check),
        "check": check,
        "may_sign_up": get_adapter().is_open_for_signup(request),
    }
    return render(request, "assessments/guide.html", context)


@never_cache
def guide_question(request: HttpRequest, key: str) -> HttpResponse:
    asked = asked_for(key)
    form = GuideForm(posted(request))
    if form.is_valid():
        return keep(request, asked, form)
    context = page_about(request, asked)
    if not form.is_bound:
        form.initial["text"] = context["entry"].answer and context["entry"].answer.text
    status = 422 if form.is_bound else 200
    return render(request, "assessments/guide_question.html", {**context, "form": form}, status=status)


def keep(request: HttpRequest, asked: GuideQuestion, form: GuideForm) -> HttpResponse:
    """Keep what was written, and go back to where it stands among the others."""
    is_new = GuideAnswer.write(request.user, asked.key, form.cleaned_data["text"], form.cleaned_data["token"])
    said(request, _("Written down.") if is_new else _("This text is kept already; nothing has changed."))
    return SeeOther(f"{reverse('assessments:guide')}#{asked.key}")


def page_about(request: HttpRequest, asked: GuideQuestion) -> dict[str, Any]:
    """What the page of a question shows besides its form: what holds now, and a page of other versions."""
    check = notebook.last_check(request.user)
    [entry] = notebook.entries(request.user, [asked], check)
    others = GuideAnswer.objects.of(request.user).about(asked.key).newest_first()
    if entry.answer:
        others = others.exclude(pk=entry.answer.pk)
    versions = Paginator(others, VERSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    return {"entry": entry, "check": check, "versions": versions}


@require_POST
@transaction.atomic
def remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    version_of(request, key, pk).remove()
    undo = on_the_same_page(request, reverse("assessments:guide_bring_back", args=[key, pk]))
    said(request, _("Removed. It can be brought back for 30 days."), undo=undo)
    return versions_now(request, key, pk)


@require_POST
@transaction.atomic
def bring_back(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    version_of(request, key, pk).bring_back()
    return versions_now(request, key, pk)


def asked_for(key: str) -> GuideQuestion:
    if asked := question_with(key):
        return asked
    raise Http404


def version_of(request: HttpRequest, key: str, pk: int) -> GuideAnswer:
    """One of their versions, held, so that of two tabs the second comes after the first."""
    mine = GuideAnswer.objects.of(request.user).about(asked_for(key).key)
    return get_object_or_404(mine.select_for_update(), pk=pk)


def versions_now(request: HttpRequest, key: str, fresh: int) -> HttpResponse:
    """The versions after one of them was removed or brought back; what is being typed above them stays."""
    context = {**page_about(request, asked_for(key)), "fresh": fresh}
    page = on_the_same_page(request, reverse("assessments:guide_question", args=[key]))
    return changed(request, "assessments/guide_question.html#versions", context, to=f"{page}#versions")


def on_the_same_page(request: HttpRequest, url: str) -> str:
    """The URL with the page of versions that the request was sent from."""
    number = request.GET.get("page", "")
    return f"{url}?page={number if number.isdecimal() else 1}"
