"""Where the mail provider tells what became of mails; a door only if EMAIL_PROBE names one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from netvalue.outbox import provider
from netvalue.outbox.events import Events

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)


# Public: providers have no account; they prove themselves by the secret, and some by a signature as well.
# They know no CSRF token either, and nothing here is done for whoever is signed in.
@login_not_required
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    witness = settings.EMAIL_PROBE
    assert isinstance(witness, Events)
    if request.method == "HEAD":
        return HttpResponse()
    try:
        told = provider.read(witness, request)
    except provider.Stranger:
        # Amazon proves itself only when it is asked to.
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="events of mails"'})
    except provider.Unreadable:
        logger.warning("%s told something that cannot be read", witness.provider)
        return HttpResponse(status=400)
    provider.take(told)
    return HttpResponse()
