"""What somebody looks like: choosing, replacing and removing a photo, and the pictures themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.bin import way_back
from contacts.forms.photos import MOST_BYTES, PhotoForm
from contacts.models import Photo
from contacts.views.asked import contact_of, posted
from netvalue.htmx import HttpRequest, SeeOther, said
from netvalue.uploads import takes_a_file

if TYPE_CHECKING:
    from uuid import UUID

# A new picture has a new address; on a computer that is shared, this one is not kept for ever.
KEPT_BY_BROWSERS = "private, max-age=604800, immutable"


@takes_a_file(MOST_BYTES)
def photo(request: HttpRequest, uid: UUID) -> HttpResponse:
    with transaction.atomic():
        contact = contact_of(request, uid)
        shown = Photo.objects.showing(contact).first()
    # Nobody else waits while the picture is looked at.
    form = PhotoForm(posted(request), request.FILES or None)
    if form.is_valid():
        put_up = form.put_up(contact)
        undo = way_back(shown, contact.get_absolute_url()) if shown and shown != put_up else ""
        said(request, _("The photo is saved."), undo=undo)
        return SeeOther(contact.get_absolute_url())
    context = {"contact": contact, "shown": shown, "form": form}
    return render(request, "contacts/photo.html", context, status=422 if form.is_bound else 200)


@require_POST
@transaction.atomic
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    for shown in Photo.objects.showing(contact):
        shown.remove()
        said(request, _("The photo is removed."), undo=way_back(shown, contact.get_absolute_url()))
    return SeeOther(contact.get_absolute_url())


@require_safe
def large(request: HttpRequest, uid: UUID) -> HttpResponse:
    return sent(request, uid, "large")


@require_safe
def small(request: HttpRequest, uid: UUID) -> HttpResponse:
    return sent(request, uid, "small")


def sent(request: HttpRequest, uid: UUID, size: str) -> HttpResponse:
    """The picture, or that the browser has it already. Nothing else comes from here, and nothing runs."""
    picture = get_object_or_404(Photo.objects.seen_by(request.user).values_list(size, flat=True), uid=uid)
    whole = HttpResponse(bytes(picture), content_type="image/webp")
    whole["ETag"] = etag = f'"{uid}-{size}"'
    response = get_conditional_response(request, etag=etag, response=whole) or whole
    response["Cache-Control"] = KEPT_BY_BROWSERS
    response["Content-Disposition"] = 'inline; filename="photo.webp"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
