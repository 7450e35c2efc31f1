"""Give and take: writing down, saying how it stands, correcting, removing, reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.bin import way_back
from contacts.forms.giving import AskForm, FavourForm
from contacts.giving import State, counted
from contacts.models import Ask, Favour
from contacts.promises import ask_row, favour_row, giving_of_all, in_words, open_and_done
from contacts.views.asked import asks_for_more, back, contact_of, posted
from contacts.words import today_of
from netvalue.htmx import HttpRequest, SeeOther, changed, leading_to, said

if TYPE_CHECKING:
    from datetime import date
    from typing import Any
    from uuid import UUID

    from contacts.forms.giving import NotedForm
    from contacts.models import Contact

ROWS_ON_A_PAGE = 25


def favour_of(request: HttpRequest, pk: int) -> Favour:
    """One of theirs; whoever changes it holds it, so that two tabs come one after the other."""
    favours = Favour.objects.of(request.user)
    held, read = favours.select_for_update(), favours.select_related("contact")
    return get_object_or_404(held if request.method == "POST" else read, pk=pk)


def ask_of(request: HttpRequest, pk: int) -> Ask:
    asks = Ask.objects.of(request.user)
    held, read = asks.select_for_update(), asks.select_related("contact")
    return get_object_or_404(held if request.method == "POST" else read, pk=pk)


# ---- writing down and correcting


@transaction.atomic
def favour_with(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    form = FavourForm(posted(request), contact=contact, today=today_of(request))
    return added(request, form, "contacts/favour.html")


@transaction.atomic
def ask_with(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    form = AskForm(posted(request), contact=contact, today=today_of(request))
    return added(request, form, "contacts/ask.html")


def added(request: HttpRequest, form: FavourForm | AskForm, template: str) -> HttpResponse:
    page = back(request, form.contact.get_absolute_url())
    if asks_for_more(request) or not form.is_valid():
        return form_page(request, form, template, page)
    row = form.add()
    remove = reverse(f"contacts:{row._meta.model_name}_remove", args=[row.pk])
    words = _("Noted: %(says)s, %(what)s") % {"says": row.says, "what": row.what}
    said(request, words, undo=leading_to(remove, page))
    return SeeOther(page)


@transaction.atomic
def favour(request: HttpRequest, pk: int) -> HttpResponse:
    row = favour_of(request, pk)
    form = FavourForm(
        posted(request), contact=row.contact, today=today_of(request), initial=FavourForm.initial_of(row)
    )
    return corrected(request, form, row, "contacts/favour.html")


@transaction.atomic
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    row = ask_of(request, pk)
    form = AskForm(
        posted(request), contact=row.contact, today=today_of(request), initial=AskForm.initial_of(row)
    )
    return corrected(request, form, row, "contacts/ask.html")


def corrected(request: HttpRequest, form: Any, row: Favour | Ask, template: str) -> HttpResponse:
    page = back(request, row.contact.get_absolute_url())
    if not form.is_valid():
        return form_page(request, form, template, page, row)
    form.correct(row)
    said(request, _("Changed."))
    return SeeOther(page)


def form_page(
    request: HttpRequest, form: NotedForm, template: str, page: str, row: Favour | Ask | None = None
) -> HttpResponse:
    is_wrong = form.is_bound and not asks_for_more(request)
    context = {"form": form, "contact": form.contact, "page": page, "row": row, "is_wrong": is_wrong}
    return render(request, template, context, status=422 if is_wrong else 200)


# ---- how it stands


# The door that lets it stand so.
STANDS = {
    State.OPEN: "contacts:favour_open",
    State.PARTLY: "contacts:favour_partly",
    State.CLOSED: "contacts:favour_kept",
}
ANSWERED = {None: "contacts:ask_open", True: "contacts:ask_answered", False: "contacts:ask_unanswered"}


@require_POST
@transaction.atomic
def favour_stands(request: HttpRequest, pk: int, state: State) -> HttpResponse:
    row = favour_of(request, pk)
    before = State(row.state)
    row.stand(state, today_of(request))
    page = back(request, row.contact.get_absolute_url())
    item = favour_row(row, today_of(request), page)
    words = {State.CLOSED: item["ticked"], State.PARTLY: item["other_said"]}.get(state, "")
    # How often one helped is said where the row need not say with whom: on their own pages.
    counts = {} if item["contact"] else counts_with(row.contact, today_of(request))
    undo = reverse(STANDS[before], args=[pk])
    return stands_now(request, {"item": item, **counts}, words if state is not before else "", undo)


@require_POST
@transaction.atomic
def ask_stands(request: HttpRequest, pk: int, answered: bool | None) -> HttpResponse:  # noqa: FBT001 -- what a column says
    row = ask_of(request, pk)
    before = row.answered
    row.answer(answered)
    page = back(request, row.contact.get_absolute_url())
    item = ask_row(row, today_of(request), page)
    words = {None: "", True: item["ticked"], False: item["other_said"]}[answered]
    undo = reverse(ANSWERED[before], args=[pk])
    return stands_now(request, {"item": item}, words if answered is not before else "", undo)


def counts_with(contact: Contact, today: date) -> dict[str, str]:
    ways = contact.favours.all().kept().values_list("direction", "happened_on")
    return in_words(counted(ways, today))


def stands_now(request: HttpRequest, context: dict[str, Any], words: str, undo: str) -> HttpResponse:
    """The row as it is now, on the page where it was changed."""
    page: str = context["item"]["page"]
    if words:
        said(request, words, undo=leading_to(undo, page))
    return changed(request, "contacts/giving_row.html", {**context, "is_fresh": True}, to=page)


@require_POST
@transaction.atomic
def favour_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return removed(request, favour_of(request, pk))


@require_POST
@transaction.atomic
def ask_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return removed(request, ask_of(request, pk))


def removed(request: HttpRequest, row: Favour | Ask) -> HttpResponse:
    row.remove()
    page = back(request, row.contact.get_absolute_url())
    said(request, _("Removed: %(what)s") % {"what": row.what}, undo=way_back(row, page))
    return SeeOther(page)


# ---- reading


@require_safe
def giving_with_one(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact, today = contact_of(request, uid), today_of(request)
    favours = list(contact.favours.all().kept())
    waiting, done = open_and_done(favours, contact.asks.all().kept(), today, request.get_full_path())
    counts = counted(((it.direction, it.happened_on) for it in favours), today)
    pages = Paginator(done, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "contact": contact,
        "waiting": waiting,
        "pages": pages,
        **in_words(counts),
    }
    return render(request, "contacts/giving_with.html", context)


@require_safe
def giving(request: HttpRequest) -> HttpResponse:
    context = giving_of_all(request.user, today_of(request), request.path)
    return render(request, "contacts/giving.html", context)
