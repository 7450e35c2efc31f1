"""What comes next, the mails themselves, and how to end them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netvalue.htmx import SeeOther, changed, said
from netvalue.outbox import addresses, kinds, letters, mailbox, quieted, trial, unsubscribing
from netvalue.outbox.forms import ChoicesForm, TestForm
from netvalue.outbox.models import Email, OptOut
from netvalue.outbox.tasks import wake
from netvalue.outbox.views_acting import in_their_words, kept_private, speaking_to

if TYPE_CHECKING:
    from django import http

    from netvalue.htmx import HttpRequest

PAGE = 30
UNDO = "undo"
# A mail may look as it likes and can do nothing; a click on one of its links leaves the preview for the page.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-top-navigation-by-user-activation; frame-ancestors 'self'"
)


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    return render(request, "outbox/reminders.html", _reminders(request, ChoicesForm(owner=request.user)))


def _reminders(request: HttpRequest, form: ChoicesForm) -> dict[str, object]:
    return {
        "coming": mailbox.coming(request.user),
        "form": form,
        "test_form": TestForm.fresh(),
        "relay": settings.EMAIL_RELAY,
        "refusing": addresses.dead([request.user.email]),
        "quieted": quieted.of(request.user),
    }


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    form = ChoicesForm(request.POST, owner=request.user)
    if not form.is_valid():
        return render(request, "outbox/reminders.html", _reminders(request, form), status=422)
    form.save()
    said(request, _("Saved."))
    context = _reminders(request, ChoicesForm(owner=request.user))
    return changed(request, "outbox/reminders.html#chosen", context, to=reverse("outbox:reminders"))


@require_POST
def test_reminder(request: HttpRequest) -> HttpResponse:
    form = TestForm(request.POST)
    if not form.is_valid():
        context = _reminders(request, ChoicesForm(owner=request.user))
        return render(request, "outbox/reminders.html", context, status=422)
    if trial.ask(request.user, form.cleaned_data["press"]):
        wake()
        said(request, _("Your test reminder is on its way. You find it under “Mail for you”, too."))
    else:
        said(request, _("That was enough for one day. The next test reminder can leave tomorrow."))
    return SeeOther(reverse("outbox:reminders"))


@require_POST
def revoke_links(request: HttpRequest) -> HttpResponse:
    unsubscribing.revoke(request.user)
    said(request, _("The links in the mails so far no longer work."))
    return SeeOther(reverse("outbox:reminders"))


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    page = Paginator(Email.objects.of(request.user).to_read(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "entries": mailbox.entries(request.user, page),
        "too_late": mailbox.too_late(request.user),
        "refused": addresses.dead([request.user.email]),
        "relay": settings.EMAIL_RELAY,
    }
    return render(request, "outbox/mail.html", context)


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    email = get_object_or_404(Email.objects.of(request.user), pk=pk)
    (entry,) = mailbox.entries(request.user, [email])
    letter = letters.write(email, entry.inside, timezone.now()) if entry.readable else None
    context = {
        "entry": entry,
        "email": email,
        "letter": letter,
        "merged": mailbox.merged(entry),
        "relay": settings.EMAIL_RELAY,
    }
    return render(request, "outbox/message.html", context)


@require_safe
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    reminders_only = Email.objects.of(request.user).exclude(kind=Email.ACCOUNT)
    (entry,) = mailbox.entries(request.user, [get_object_or_404(reminders_only, pk=pk)])
    letter = letters.write(entry.email, entry.inside, timezone.now())
    return HttpResponse(
        letter.html, headers={"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    )


@require_POST
def address_again(request: HttpRequest) -> HttpResponse:
    addresses.try_again(request.user)
    wake()
    said(request, _("Good. What is due goes to your address again."))
    return SeeOther(reverse("outbox:mail"))


@require_POST
def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    email = get_object_or_404(Email.objects.of(request.user), pk=pk)
    if email.state == Email.State.UNKNOWN:
        Email.objects.held().filter(pk=email.pk).settle_as_sent()
        said(request, _("Good. It counts as sent."))
    else:
        said(request, _("Nothing is left to decide about this mail."))
    return SeeOther(reverse("outbox:message", args=[pk]))


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    email = get_object_or_404(Email.objects.of(request.user), pk=pk)
    if email.state == Email.State.UNKNOWN and email.kind != Email.ACCOUNT:
        Email.objects.held().filter(pk=email.pk).release()
        wake()
        said(request, _("It will be sent once more."))
    elif email.kind == Email.ACCOUNT:
        said(request, _("Mail about your account is not sent again. Ask for a new one if you need it."))
    else:
        said(request, _("Nothing is left to decide about this mail."))
    return SeeOther(reverse("outbox:mail"))


# Public: who wants no more mail need not sign in for it; the token says whose mail it is.
# Mail programs post here by themselves (RFC 8058) and know no CSRF token.
@login_not_required
@kept_private
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: http.HttpRequest, token: str) -> HttpResponse:
    found = unsubscribing.read(token)
    if found is None:
        return render(request, "outbox/link_gone.html", status=404)
    owner, kind = found
    if request.method == "POST" and UNDO in request.POST:
        unsubscribing.take_back(owner, kind, token)
    elif request.method == "POST":
        unsubscribing.end(owner, kind, token)
    with speaking_to(owner):
        context = {
            "label": _label(kind),
            "done": unsubscribing.has_ended(owner, kind),
            "undone": UNDO in request.POST,
            "may_undo": unsubscribing.may_take_back(owner, kind, token),
        }
        return in_their_words(request, "outbox/unsubscribe.html", context)


def _label(kind: str) -> str:
    """What mails of this kind are about; nothing for all of them."""
    if kind == OptOut.EVERYTHING:
        return ""
    known = kinds.find(kind)
    return str(known.label) if known else _("the subject of that mail")
