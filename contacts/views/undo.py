"""The bin: what was removed and can still be brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.bin import KINDS
from contacts.views.asked import back
from netvalue.htmx import HttpRequest, SeeOther, said

if TYPE_CHECKING:
    from django.http import HttpResponse

    from netvalue.undo import Removable


@require_POST
@transaction.atomic
def bring_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    row: Removable = get_object_or_404(KINDS[kind].objects.of(request.user).select_for_update(), pk=pk)
    row.bring_back()
    said(request, _("It is back."))
    return SeeOther(back(request, reverse("contacts:list")))
