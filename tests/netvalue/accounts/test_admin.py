"""Django's admin: there only if asked for, and only through our own sign-in."""

from __future__ import annotations

from importlib import reload
from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.urls import clear_url_caches, reverse

from netvalue import urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import Settings

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_admin(settings: Settings) -> Iterator[None]:
    login = admin.site.login
    for wanted in (True, False):
        settings.ADMIN = wanted
        reload(urls)
        clear_url_caches()
        if wanted:
            yield
            admin.site.login = login  # type: ignore[method-assign]  # as it was before


@pytest.fixture
def staff(user: User) -> User:
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def test_it_is_not_there_unless_asked_for(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.get("/admin/").status_code == 404


@pytest.mark.usefixtures("with_admin")
def test_its_own_sign_in_leads_to_ours(client: Client, staff: User) -> None:
    to_login = client.get("/admin/")
    assert to_login["Location"] == "/admin/login/?next=/admin/"
    ours = client.get(to_login["Location"])
    assert ours["Location"].startswith("/accounts/login/?next=")
    tried = client.post("/admin/login/", {"username": staff.email, "password": "a long enough sentence"})
    assert tried["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("with_admin")
def test_it_is_for_staff_alone(signed_in: Client) -> None:
    assert signed_in.get("/admin/", follow=True).status_code == 403


@pytest.mark.usefixtures("with_admin")
def test_every_list_in_it_can_be_opened_and_searched(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.get("/admin/").status_code == 200
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(path, {"q": "anna"}).status_code == 200


@pytest.mark.usefixtures("with_admin")
def test_it_shows_no_password_not_even_as_a_hash(client: Client, staff: User) -> None:
    client.force_login(staff)
    page = client.get(f"/admin/accounts/user/{staff.pk}/change/").content.decode()
    assert staff.email in page
    assert "argon2" not in page
