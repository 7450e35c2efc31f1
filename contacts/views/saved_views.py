"""Views of the list: keeping what it is narrowed to under a name, calling it otherwise, removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.bin import way_back
from contacts.forms.saved_views import SavedViewForm
from contacts.forms.sieve import SieveForm
from contacts.models import SavedView
from contacts.views.asked import posted
from contacts.words import today_of
from netvalue.htmx import HttpRequest, SeeOther, said

if TYPE_CHECKING:
    from contacts.sieve import Sieve


def sieve_of(request: HttpRequest, query: QueryDict) -> Sieve:
    """What of a query there is."""
    form = SieveForm(query, owner=request.user, today=today_of(request))
    form.full_clean()
    return form.sieve()


def view_of(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.of(request.user).kept().select_for_update(), pk=pk)


def save(request: HttpRequest) -> HttpResponse:
    sieve = sieve_of(request, request.GET)
    form = SavedViewForm(posted(request), view=SavedView(owner=request.user, query=sieve.query))
    if form.is_bound and form.keep():
        said(request, _("Saved as “%(name)s”.") % {"name": form.view.name})
        return SeeOther(form.view.get_absolute_url())
    return page(request, form, sieve)


@transaction.atomic
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = view_of(request, pk)
    form = SavedViewForm(posted(request), view=view)
    if form.is_bound and form.keep():
        return SeeOther(view.get_absolute_url())
    return page(request, form, sieve_of(request, QueryDict(view.query)))


def page(request: HttpRequest, form: SavedViewForm, sieve: Sieve) -> HttpResponse:
    context = {"form": form, "sieve": sieve, "view": form.view}
    return render(request, "contacts/saved_view.html", context, status=422 if form.is_bound else 200)


@require_POST
@transaction.atomic
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list is narrowed to now stands under the name; the whole list would be no view."""
    view = view_of(request, pk)
    if query := sieve_of(request, request.GET).query:
        view.become(query)
        said(request, _("“%(name)s” is now what you see here.") % {"name": view.name})
    return SeeOther(view.get_absolute_url())


@require_POST
@transaction.atomic
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = view_of(request, pk)
    view.remove()
    where = view.get_absolute_url()
    said(request, _("The view “%(name)s” is removed.") % {"name": view.name}, undo=way_back(view, where))
    return SeeOther(where)
