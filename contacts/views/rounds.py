"""The round: of a few people drawn at random, who knows whom, one person a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.bin import way_back
from contacts.forms.ties import BeginForm, PageForm
from contacts.models import Contact, TieRound
from contacts.models.ties import to_be_asked_about
from contacts.names import detail
from contacts.rounds import FEWEST
from contacts.ties import known_of, outcome
from contacts.views.asked import posted
from netvalue.htmx import HttpRequest, SeeOther, changed, said

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.models import Tie
    from contacts.rounds import Asking, Page

MOST_TOLD = 3


def round_of(request: HttpRequest, uid: UUID) -> TieRound:
    """One of theirs; whoever answers holds it, so that two tabs come one after the other."""
    rounds = TieRound.objects.of(request.user)
    return get_object_or_404(rounds.select_for_update() if request.method == "POST" else rounds, uid=uid)


def begin(request: HttpRequest) -> HttpResponse:
    form = BeginForm(posted(request))
    if form.is_valid():
        begun = TieRound.objects.begin(request.user, form.cleaned_data["token"])
        return SeeOther(way_on(begun, begun.asking()) if begun else reverse("contacts:round"))
    waiting = TieRound.objects.of(request.user).open().first()
    are_enough = to_be_asked_about(request.user)[:FEWEST].count() == FEWEST
    context = {"form": form, "waiting": waiting and waiting_at(waiting), "are_enough": are_enough}
    return render(request, "contacts/round.html", context, status=422 if form.is_bound else 200)


@require_safe
def result(request: HttpRequest, uid: UUID) -> HttpResponse:
    tie_round = round_of(request, uid)
    asking = tie_round.asking()
    if asking.next and tie_round.finished_at is None:
        return SeeOther(way_on(tie_round, asking))
    first = page_url(tie_round, asking.pages[0]) if asking.pages else ""
    return render(request, "contacts/round_result.html", {**outcome(asking), "first": first})


@transaction.atomic
def page(request: HttpRequest, uid: UUID, place: int) -> HttpResponse:
    tie_round = round_of(request, uid)
    asking = tie_round.asking()
    asked = asking.at(place)
    if asked is None:
        return SeeOther(way_on(tie_round, asking))
    form = PageForm(posted(request), page=asked, known=known_of(asked.who, asked.others))
    if not form.is_valid():
        context = as_shown(tie_round, asking, asked, form)
        return render(request, "contacts/round_page.html", context, status=422 if form.is_bound else 200)
    tell(request, tie_round.answer(asked.who, form.said()), page_url(tie_round, asked))
    return answered(request, tie_round, asked)


def answered(request: HttpRequest, tie_round: TieRound, asked: Page[Contact]) -> HttpResponse:
    """To the next page, the one before, or away from the round until later."""
    action = request.POST.get("action")
    if action == "later":
        return SeeOther(reverse("contacts:round"))
    if action != "back":
        tie_round.reach(asked.place)
    asking = tie_round.asking()
    to = asking.before(asked.place) if action == "back" else asking.after(asked.place)
    if to is None:
        return SeeOther(tie_round.get_absolute_url())
    form = PageForm(page=to, known=known_of(to.who, to.others))
    url, context = page_url(tie_round, to), as_shown(tie_round, asking, to, form)
    response = changed(request, "contacts/round_page.html#asking", context, to=url)
    response["HX-Push-Url"] = url
    return response


def as_shown(
    tie_round: TieRound, asking: Asking[Contact], asked: Page[Contact], form: PageForm
) -> dict[str, Any]:
    return {
        "form": form,
        "who": asked.who,
        "detail": detail(asked.who.name, asked.who.role, asked.who.organisation),
        "number": asking.number(asked),
        "all": len(asking.pages),
        "can_go_back": asking.before(asked.place) is not None,
        "url": page_url(tie_round, asked),
    }


def waiting_at(tie_round: TieRound) -> dict[str, Any] | None:
    """Where one goes on in a round that is not finished, if anybody is left to ask about."""
    asking = tie_round.asking()
    if asking.next is None:
        return None
    number, url = asking.number(asking.next), page_url(tie_round, asking.next)
    return {"number": number, "all": len(asking.pages), "url": url}


def way_on(tie_round: TieRound, asking: Asking[Contact]) -> str:
    return page_url(tie_round, asking.next) if asking.next else tie_round.get_absolute_url()


def page_url(tie_round: TieRound, asked: Page[Contact]) -> str:
    return reverse("contacts:round_page", args=[tie_round.uid, asked.place])


def tell(request: HttpRequest, gone: list[Tie], page: str) -> None:
    """What was taken back on a page, with a way back for each unless they are many."""
    if len(gone) > MOST_TOLD:
        said(request, _("Removed: %(n)d. For thirty days each can be brought back.") % {"n": len(gone)})
    for tie in gone if len(gone) <= MOST_TOLD else ():
        said(request, _("Removed: %(what)s") % {"what": tie}, undo=way_back(tie, page))
