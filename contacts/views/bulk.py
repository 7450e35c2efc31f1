"""Changing many people at once: asking, doing, watching, undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts import bulk, tasks
from contacts.bulk import ACTIONS, Doing
from contacts.forms.bulk import BulkForm, ChosenForm
from contacts.models import BulkChange
from contacts.views.asked import back
from contacts.words import today_of
from netvalue.htmx import HttpRequest, SeeOther, leading_to, said

if TYPE_CHECKING:
    from uuid import UUID

FEW: Final = 5
MOST_LISTED: Final = 200
# A page that waits looks again after so many seconds; the longer it has waited the less often.
PATIENCE: Final = ((10, 1), (60, 2))
LONGEST_WAIT: Final = 5


@transaction.atomic
def change(request: HttpRequest) -> HttpResponse:
    """The list posts here whom and what; the page that asks posts here once more, with `sure`."""
    if request.method != "POST":
        return SeeOther(reverse("contacts:list"))
    doing = doing_of(request)
    chosen = ChosenForm(request.POST, owner=request.user, today=today_of(request))
    if not chosen.is_valid():
        return nobody(request, *[str(line) for lines in chosen.errors.values() for line in lines])
    if not chosen.people.exists():
        return nobody(request)
    is_said = "sure" in request.POST or not (doing.asks or chosen.cleaned_data["all"])
    form = doing.form(request.POST if is_said else None, owner=request.user, today=today_of(request))
    if form.is_valid():
        return do(request, form, chosen)
    return ask(request, form, chosen)


def doing_of(request: HttpRequest) -> Doing:
    """The action that a button or a page named."""
    if (do := request.POST.get("do", "")) not in ACTIONS:
        raise Http404
    return ACTIONS[do]


def ask(request: HttpRequest, form: BulkForm, chosen: ChosenForm) -> HttpResponse:
    """Before anything happens: how many, who for example, and what exactly."""
    do, count = request.POST["do"], chosen.people.order_by().count()
    context = {
        "form": form,
        "do": do,
        "doing": ACTIONS[do],
        "title": bulk.title(do, count),
        "chosen": chosen,
        "count": count,
        "names": [who.display for who in chosen.people.order_by("sort_key", "id")[:FEW]],
        "more": bulk.number(count - FEW) if count > FEW else "",
    }
    return render(request, "contacts/bulk.html", context, status=422 if form.is_bound else 200)


def do(request: HttpRequest, form: BulkForm, chosen: ChosenForm) -> HttpResponse:
    wanted = {"action": request.POST["do"], "shown": chosen.cleaned_data["shown"], **form.wanted()}
    token = form.cleaned_data["token"]
    made = BulkChange.objects.begin(request.user, chosen.people, token, chosen.about, **wanted)
    if made.is_unfinished:
        tasks.wake()
        return SeeOther(made.get_absolute_url())
    page = reverse("contacts:list") + chosen.query
    said(request, bulk.outcome(made), undo=way_back(made, page) if made.done else "")
    return SeeOther(page)


def nobody(request: HttpRequest, *why: str) -> HttpResponse:
    """Nothing is done to nobody; whoever is not there is not spoken of."""
    reasons = list(why) or [_("Nobody is selected. Please select at least one contact on the list.")]
    return render(request, "contacts/bulk_nobody.html", {"reasons": reasons}, status=422)


def way_back(made: BulkChange, page: str) -> str:
    return leading_to(reverse("contacts:undo_bulk_change", args=[made.uid]), page)


def change_of(request: HttpRequest, uid: UUID) -> BulkChange:
    """One of theirs; whoever stops or undoes it waits for the chunk that is just being made."""
    changes = BulkChange.objects.of(request.user).select_related("circle", "owner")
    held = changes.select_for_update(of=("self",)) if request.method == "POST" else changes
    return get_object_or_404(held, uid=uid)


@require_safe
def bulk_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    made = change_of(request, uid)
    waited = (timezone.now() - made.created_at).total_seconds()
    context = {
        "change": as_row(made),
        "title": bulk.told(made) if made.done and not made.can_stop else bulk.title(made.action, made.chosen),
        "again": next((pause for most, pause in PATIENCE if waited < most), LONGEST_WAIT),
    }
    return render(request, "contacts/bulk_change.html", context)


@require_safe
def bulk_changes(request: HttpRequest) -> HttpResponse:
    """What was changed in bulk in the last thirty days."""
    changes = BulkChange.objects.of(request.user).telling().newest_first().select_related("circle")
    rows = [as_row(made) for made in changes[:MOST_LISTED]]
    return render(request, "contacts/bulk_changes.html", {"changes": rows})


@require_POST
@transaction.atomic
def undo_bulk_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    made = change_of(request, uid)
    made.undo()
    if made.is_unfinished:
        tasks.wake()
        return SeeOther(made.get_absolute_url())
    if made.state == BulkChange.State.UNDONE:
        said(request, " ".join([_("Undone."), *bulk.besides(made)]))
    return SeeOther(back(request, reverse("contacts:bulk_changes")))


@require_POST
@transaction.atomic
def stop_bulk_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    made = change_of(request, uid)
    made.stop()
    return SeeOther(made.get_absolute_url())


def as_row(made: BulkChange) -> dict[str, Any]:
    """A change in words."""
    return {
        "made": made,
        "icon": ACTIONS[made.action].icon,
        "told": bulk.told(made) if made.done else bulk.title(made.action, made.chosen),
        "besides": bulk.besides(made),
        "seen": bulk.number(made.seen),
        "total": bulk.number(made.total),
    }
