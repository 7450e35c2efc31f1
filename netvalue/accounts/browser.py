"""What a browser keeps of how somebody likes it, so that the pages before and after signing in agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from netvalue.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

YEAR = 365 * 24 * 3600
THEME = "theme"


def keep_theme(response: HttpResponse, theme: str) -> None:
    response.set_cookie(THEME, theme, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")


def keep_language(response: HttpResponse, language: str) -> None:
    """As Django's own view for choosing a language does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


def keep(response: HttpResponse, user: User) -> None:
    keep_language(response, user.language)
    keep_theme(response, user.theme)


def speak(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """From the next page on in this language, here and wherever else the same person signs in."""
    keep_language(response, language)
    if isinstance(request.user, User):
        request.user.language = language
        request.user.save(update_fields=["language"])
