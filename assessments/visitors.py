"""Whose check a request is about: the person's who is signed in, or the visitor's who has no account.

A visitor is a random id in the session. A check that was begun is only remembered in the session; its row is
made with the first answer. Whoever signs in takes the visitor's checks along.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.utils.translation import get_language, ngettext

from assessments import limits, questions
from assessments.models import UNCLAIMED_FOR, Assessment
from netvalue.accounts import visitor
from netvalue.htmx import said

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.models import AssessmentQuerySet
    from netvalue.accounts.models import User

VISITOR = "check_visitor"
BEGUN = "begun_checks"
BEGUN_AT_ONCE = 5


class NotHereError(Http404):
    """To whoever asks there is no such check, or it has no such question."""


def checks(request: HttpRequest) -> AssessmentQuerySet:
    """The checks that this request may see."""
    if request.user.is_authenticated:
        return Assessment.objects.of(request.user)
    if VISITOR in request.session:
        return Assessment.objects.of_visitor(uuid.UUID(request.session[VISITOR]))
    return Assessment.objects.none()


def begin(request: HttpRequest, form_uid: uuid.UUID, perspective: str) -> uuid.UUID:
    """Remember that a check was begun. The same form sent twice begins the same check."""
    uid = uuid.uuid5(form_uid, perspective)
    begun = {key: value for key, value in request.session.get(BEGUN, {}).items() if key != str(uid)}
    begun[str(uid)] = [perspective, questions.current()]
    request.session[BEGUN] = dict(list(begun.items())[-BEGUN_AT_ONCE:])
    # Now, not with the first answer: two clicks on that one would make two visitors, and lose one's check.
    request.session.setdefault(VISITOR, str(uuid.uuid4()))
    return uid


def find(request: HttpRequest, uid: uuid.UUID) -> Assessment:
    """The check with its answers, saved or only begun. Anybody else's does not exist."""
    saved = checks(request).filter(uid=uid).with_answers().first()
    if saved is not None:
        return saved
    begun = request.session.get(BEGUN, {}).get(str(uid))
    if begun is None:
        raise NotHereError
    perspective, edition = begun
    return Assessment(uid=uid, perspective=perspective, edition=edition)


def keep(request: HttpRequest, check: Assessment) -> Assessment:
    """The check as a row, made now if this is its first answer. Two clicks make one, and count as one."""
    if check.is_kept:
        return check
    if request.user.is_authenticated:
        holder = {"owner": request.user}
    else:
        holder = {"visitor": request.session.setdefault(VISITOR, str(uuid.uuid4()))}
        request.session.set_expiry(UNCLAIMED_FOR)
    asked = {"perspective": check.perspective, "edition": check.edition}
    defaults = {**holder, **asked, "language": get_language() or "en"}
    with transaction.atomic():
        _, is_new = Assessment.objects.get_or_create(uid=check.uid, defaults=defaults)
        if is_new and "visitor" in holder:
            limits.count_new_check(visitor.address(request))
    kept = checks(request).filter(uid=check.uid).first()
    if kept is None:
        raise NotHereError
    _no_longer_only_begun(request, check.uid)
    return kept


def discard(request: HttpRequest, check: Assessment) -> None:
    """Delete it."""
    _no_longer_only_begun(request, check.uid)
    if check.is_kept:
        check.remove()


def _no_longer_only_begun(request: HttpRequest, uid: uuid.UUID) -> None:
    """Once it is deleted, an answer that another tab sends shall not begin it anew."""
    begun = request.session.get(BEGUN, {})
    if str(uid) in begun:
        request.session[BEGUN] = {key: value for key, value in begun.items() if key != str(uid)}


def claim(request: HttpRequest, user: User) -> None:
    """What a visitor has answered before signing in is theirs from now on."""
    known = request.session.pop(VISITOR, None)
    if known is None:
        return
    request.session.set_expiry(None)
    claimed = Assessment.objects.of_visitor(uuid.UUID(known)).claim(user)
    if claimed:
        said(
            request,
            ngettext("Your check is in your history now.", "Your checks are in your history now.", claimed),
        )
