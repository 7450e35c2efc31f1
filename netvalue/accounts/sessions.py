"""Where somebody is signed in: the devices whose sessions would still be let in, and how to end one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from netvalue.accounts.models import User


def of(user: User) -> list[UserSession]:
    """The last used first. What a new password has ended is gone, though its row still lies about."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    keys = [row.session_key for row in rows]
    fitting = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    alive = {
        session.session_key
        for session in Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        if session.get_decoded().get(HASH_SESSION_KEY) in fitting
    }
    return [row for row in rows if row.session_key in alive]


def end(rows: QuerySet[UserSession]) -> None:
    with transaction.atomic():
        Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
        rows.delete()


def forget_ended(now: datetime) -> None:
    """Removes the sessions of yesterday's visitors and the lines about sessions that are no more."""
    Session.objects.filter(expire_date__lt=now).delete()
    still_there = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(still_there)).delete()
