"""Circles: all of them, another name, two that become one, removing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.bin import way_back
from contacts.forms.circles import CircleForm
from contacts.models import Circle
from contacts.views.asked import posted
from netvalue.htmx import HttpRequest, SeeOther, said

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
def circles(request: HttpRequest) -> HttpResponse:
    return render(
        request, "contacts/circles.html", {"circles": Circle.objects.of(request.user).with_people()}
    )


@transaction.atomic
def circle(request: HttpRequest, pk: int) -> HttpResponse:
    called = get_object_or_404(Circle.objects.of(request.user), pk=pk)
    before = called.name
    form = CircleForm(posted(request), circle=called)
    if form.is_bound and form.keep():
        if form.other:
            words = {"one": before, "other": form.other.name}
            said(request, _("“%(one)s” is part of “%(other)s” now.") % words)
        return SeeOther(reverse("contacts:circles"))
    context = {"form": form, "circle": called, "name": before}
    return render(request, "contacts/circle.html", context, status=422 if form.is_bound else 200)


@require_POST
@transaction.atomic
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    called = get_object_or_404(Circle.objects.of(request.user), pk=pk)
    called.remove()
    page = reverse("contacts:circles")
    words = _("The circle “%(name)s” is removed; everybody in it stays.") % {"name": called.name}
    said(request, words, undo=way_back(called, page))
    return SeeOther(page)
