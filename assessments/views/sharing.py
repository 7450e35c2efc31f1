"""The ring as a picture to give away: without notes, and without a name unless it is asked for.

Like every page, a picture speaks the language of whoever asks for it. Nothing on the way keeps it, so an
address never answers with the words of somebody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments import lettering, picture, visitors, words
from assessments.questions import Perspective
from assessments.views.attachments import as_a_file

if TYPE_CHECKING:
    import uuid

    from django import http

    from assessments.models import Assessment


# Public: who took the check without an account may give its ring away, too.
@login_not_required
@require_safe
@never_cache
def ring_svg(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = finished(request, uid)
    response = attached(drawing(request, check).encode(), "image/svg+xml", f"{file_name(check)}.svg")
    # A drawing is a document: opened by itself it may load nothing and run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response


# Public: who took the check without an account may give its ring away, too.
@login_not_required
@require_safe
@never_cache
def ring_png(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = finished(request, uid)
    return attached(picture.png(drawing(request, check)), "image/png", f"{file_name(check)}.png")


def share(request: http.HttpRequest, check: Assessment) -> dict[str, Any]:
    """What the result page offers: with a name only who has one that the picture's typeface can write."""
    name, written = getattr(request.user, "name", ""), writable_name(request)
    return {"name": written, "unwritable": bool(name) and not written, "file_name": f"{file_name(check)}.png"}


def finished(request: http.HttpRequest, uid: uuid.UUID) -> Assessment:
    """The check, if it is theirs and has a result."""
    check = visitors.find(request, uid)
    if not check.finished_at:
        raise Http404
    return check


def drawing(request: http.HttpRequest, check: Assessment) -> str:
    name = writable_name(request) if request.GET.get("name") == "1" else ""
    return picture.svg([line.state for line in check.lines()], written_on(check, name))


def written_on(check: Assessment, name: str = "") -> picture.Words:
    ours = check.perspective == Perspective.ORGANISATION
    day = date_format(timezone.localtime(check.finished_at), "DATE_FORMAT")
    return picture.Words(
        title=_("How much is our network really worth?")
        if ours
        else _("How much is my network really worth?"),
        subtitle=_("Ten questions · %(day)s") % {"day": day},
        aspects=[_(question.aspect) for question in check.questions],
        counts=words.counted(check.counts()),
        described=words.ring_in_words(check.lines()),
        name=name,
    )


def writable_name(request: http.HttpRequest) -> str:
    """The person's name as it stands on a picture, or nothing."""
    return lettering.legible(getattr(request.user, "name", ""), picture.NAME.typeface)


def file_name(check: Assessment) -> str:
    return f"netvalue-{timezone.localtime(check.finished_at):%Y-%m-%d}"


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers=as_a_file(name))
