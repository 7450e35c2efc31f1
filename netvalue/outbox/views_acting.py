"""The page that the buttons in mails open: whoever holds the link acts for its owner, and signs in nowhere.

Reading it changes nothing, as link scanners and mail programs open every link they find. It speaks the
owner's language and counts in their days, whoever is signed in.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from netvalue.htmx import SeeOther
from netvalue.outbox import acting
from netvalue.outbox.acting_forms import ActForm, UndoForm
from netvalue.outbox.deeds import Deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest

    from netvalue.accounts.models import User

UNDONE, NOTHING = "undone", "nothing"
ICONS = {Deed.DONE: "check", Deed.TALKED: "message-circle", Deed.LATER: "clock", Deed.STOP: "bell-off"}


def kept_private(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """The address is the key: no search engine, cache or other site may learn it.

    `strict-origin` tells others no more than our name. With `no-referrer` a browser says "Origin: null" when
    it posts, and that is what forged requests look like.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


# Public: the token says whose reminder it is, and opens nothing else.
@login_not_required
@kept_private
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str) -> HttpResponse:
    try:
        opened = acting.read(token)
        with speaking_to(opened.owner):
            return answered(request, opened) if request.method == "POST" else shown(request, opened)
    except acting.Shut as shut:
        with speaking_to(shut.owner):
            status = 404 if shut.why is acting.Wrong.UNKNOWN else 410
            return in_their_words(request, "outbox/act_gone.html", {"why": shut.why.value}, status)


def shown(
    request: HttpRequest, opened: acting.Opened, sent: ActForm | None = None, chosen: Deed | None = None
) -> HttpResponse:
    seen = acting.page(opened.occurrence, opened.today)
    deed = chosen or deed_of(request.GET.get("do", ""))
    if deed not in seen.left:
        deed = seen.left[0] if len(seen.left) == 1 and not seen.standing else None
    context: dict[str, Any] = {
        "line": seen.line,
        "until": opened.until,
        "stands": [(it.pk, seen.acts.says(opened.occurrence, it, seen.line)) for it in seen.standing],
        "others": [(it.value, acting.LABELS[it], ICONS[it]) for it in seen.left if it is not deed],
        "undone": UNDONE in request.GET,
        "nothing": NOTHING in request.GET,
        "deed": deed,
    }
    if deed:
        question = seen.acts.ask(opened.occurrence, deed, seen.line)
        form = sent or ActForm(question=question, today=opened.today)
        context |= {"question": question, "form": form}
    return in_their_words(request, "outbox/act.html", context, 422 if sent else 200)


def answered(request: HttpRequest, opened: acting.Opened) -> HttpResponse:
    undo = UndoForm(request.POST)
    if undo.is_valid():
        return there(request, UNDONE if acting.undo(opened, undo.cleaned_data["undo"]) else NOTHING)
    seen, deed = acting.page(opened.occurrence, opened.today), deed_of(request.POST.get("do", ""))
    if deed is None or deed not in seen.left:
        return there(request, "" if deed and seen.shows(deed) else NOTHING)
    question = seen.acts.ask(opened.occurrence, deed, seen.line)
    form = ActForm(request.POST, question=question, today=opened.today)
    if not form.is_valid():
        return shown(request, opened, form, deed)
    done = acting.act(opened, deed, form.answered(deed))
    return there(request, "" if done else NOTHING)


def there(request: HttpRequest, word: str) -> HttpResponse:
    """To the page, which says this first."""
    return SeeOther(f"{request.path}?{word}" if word else request.path)


def deed_of(name: str) -> Deed | None:
    return Deed(name) if name in set(Deed) else None


def in_their_words(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Content-Language"] = translation.get_language() or ""
    return response


@contextmanager
def speaking_to(owner: User | None) -> Iterator[None]:
    with ExitStack() as stack:
        if owner:
            stack.enter_context(translation.override(owner.language))
            stack.enter_context(timezone.override(owner.zone))
        yield
