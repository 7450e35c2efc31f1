"""The site's doors and two floor views: the least that a page of that kind has to do.

They pass the same middleware, session and user as the page they are compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import include, path

from contacts.models import Contact

if TYPE_CHECKING:
    from netvalue.htmx import HttpRequest


def one_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Gets one row by its key."""
    return HttpResponse(Contact.objects.of(request.user).get(pk=pk).family)


def fifty_rows(request: HttpRequest) -> HttpResponse:
    """Fetches fifty rows and writes them down as they are."""
    rows = Contact.objects.of(request.user).values_list("uid", "given", "family", "organisation", "role")[:50]
    return HttpResponse("\n".join(map(str, rows)))


urlpatterns = [
    path("floor/one/<int:pk>/", one_row),
    path("floor/fifty/", fifty_rows),
    path("", include("netvalue.urls")),
]
