"""Whatever is written down stays text, and a form changes what it shows and nothing else.

Both are asked of every page and every form that the doors lead to, of every table and every column: a new
model or form is tried without anybody thinking of it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from contacts.models import Circle, Membership, Quiet
from contacts.models.rows import ROWS
from netvalue.accounts.models import User
from netvalue.outbox.models import Acted, Choice, LinkKey, OptOut
from netvalue.ownership import Owned
from tests.factories import UserFactory
from tests.test_doors import (
    EVERY_DOOR,
    LEAVING,
    Forms,
    World,
    path_of,
    quote,
    signed_in_as,
    world,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.test import Client

__all__ = ["world"]

MARKUP = "<b id=c7>&\"'{{7*7}}"
MODELS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith(("contacts.", "assessments.", "netvalue."))
]
# Words of the code's own, and mail that is ready to leave: nobody types them.
CODED = {
    *("User.password", "User.time_zone", "Assessment.language", "Answer.question", "Retake.perspective"),
    *("Contact.last_precision", "Schedule.kind", "Email.subject", "Email.text", "Email.html"),
    *("OneTimeLink.digest", "OneTimeLink.seal", "OneTimeLink.email"),
}
OURS: list[type[Owned]] = [model for model in MODELS if issubclass(model, Owned)]
# What only code decides. None of it may be a field of a form.
PROTECTED = {
    *("owner", "owner_id", "user", "user_id", "id", "pk", "created_at", "updated_at", "archived_at"),
    *("removed_at", "hidden", "is_staff", "is_superuser", "is_active", "date_joined", "last_login"),
}


@pytest.fixture
def whole(world: World) -> World:
    """The world of the doors, and whatever else somebody can own."""
    owner, contact = world.owner, world.contact
    circle = Circle.objects.create(owner=owner, name="Choir")
    Membership.objects.create(owner=owner, contact=contact, circle=circle)
    for name, row in ROWS.items():
        getattr(contact, name).create(owner=owner, kind="other", **dict.fromkeys(row.parts, "1"))
    world.email.attempts.create(
        owner=owner, at=timezone.now(), phase="data", code=250, reply="1", verdict="sent"
    )
    OptOut.objects.create(owner=owner, kind="birthday")
    LinkKey.objects.create(owner=owner)
    Choice.objects.create(owner=owner, kind="birthday", leads=[0], hour=7)
    User.objects.filter(pk=owner.pk).update(mail_words=True)
    Quiet.objects.create(owner=owner, contact=contact, kind="birthday")
    now = timezone.now()
    about = {"kind": "birthday", "object_id": contact.pk, "occurrence_on": now.date()}
    Acted.objects.create(owner=owner, deed="done", press=uuid4(), at=now, **about)
    return world


def texts_of(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The columns of a model in which somebody may have written what they liked."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
        if is_text and not isinstance(field, models.GeneratedField):
            yield field


def write_everywhere() -> dict[str, bool]:
    """Markup in every text, also of what is finished; says of each column if the database took it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in MODELS:
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
    return {
        f"{model.__name__}.{field.name}": write(model, field)
        for model in MODELS
        for field in texts_of(model)
        if f"{model.__name__}.{field.name}" not in CODED
    }


def write(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """In every row, or, where no two may be alike, in one."""
    rows = model._default_manager.all()
    for those in (rows, rows.filter(pk__in=rows.order_by("pk").values("pk")[:1])):
        with suppress(DatabaseError), transaction.atomic():
            return bool(those.update(**{field.name: MARKUP[: field.max_length]}))
    return False


def test_what_is_written_in_any_column_is_text_on_every_page(whole: World) -> None:
    written = write_everywhere()
    assert sorted(name for name, taken in written.items() if not taken) == []
    client = signed_in_as(whole.owner)
    seen = 0
    for door in EVERY_DOOR:
        response = client.get(path_of(door, whole))
        if "html" not in response.get("Content-Type", ""):
            continue
        text = response.content.decode()
        assert "<b id=c7" not in text, f"{door.name} takes words for markup"
        seen += text.count("&lt;b id=c7")
    assert seen > 100


def test_every_model_with_an_owner_has_a_row_in_the_world(whole: World) -> None:
    without = [model.__name__ for model in OURS if not model._default_manager.filter(owner=whole.owner)]
    assert not without, f"give the world one of each: {without}"


def normal(row: Mapping[str, Any]) -> str:
    """A row without what is another each time: keys of its own, and when exactly it was written."""
    said = {
        name: value is not None if isinstance(value, datetime) or is_a_key(name) else value
        for name, value in row.items()
        if name not in {"id", "digest"}
    }
    return str(said)


def is_a_key(name: str) -> bool:
    return name != "owner_id" and name.endswith(("_id", "token", "uid", "key"))


def everything(owner: User) -> dict[str, list[str]]:
    found = {}
    for model in OURS:
        rows = model._default_manager.filter(owner=owner)
        found[model.__name__] = sorted(normal(row) for row in rows.values())
    return {**found, "User": [normal(row) for row in User.objects.filter(pk=owner.pk).values()]}


class Filled(Forms):
    """The forms of a page as they are sent if nobody touches them."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "select":
            self.select = a.get("name") or ""
        elif (
            tag == "option" and self._posting and ("selected" in a or not self.found[-1][1].get(self.select))
        ):
            self.found[-1][1][self.select] = a.get("value") or ""
        elif a.get("type") not in {"radio", "checkbox"} or "checked" in a:
            super().handle_starttag(tag, attrs)


def forms_of(client: Client, world: World) -> dict[tuple[str, frozenset[str]], dict[str, str]]:
    """Every form on every page of theirs, each once: where it is posted to, and what it sends."""
    found: dict[tuple[str, frozenset[str]], dict[str, str]] = {}
    for door in EVERY_DOOR:
        path = path_of(door, world)
        page = client.get(path)
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for action, fields in Filled(page.content.decode()).found:
            target = action or path
            if target.startswith("/") and not LEAVING.search(target):
                found.setdefault((target.partition("?")[0], frozenset(fields)), {**fields, "": target})
    return found


def after(client: Client, target: str, data: dict[str, str], owner: User) -> dict[str, list[str]]:
    """What is in the database if this is posted; it is not."""
    with transaction.atomic():
        body = "&".join(f"{quote(name)}={quote(value)}" for name, value in data.items())
        response = client.post(target, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code < 500, target
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        left = everything(owner)
        transaction.set_rollback(True)
    return left


def test_no_form_writes_what_it_does_not_show(whole: World) -> None:
    stranger = UserFactory.create(name="A stranger")
    client = signed_in_as(whole.owner)
    forms = forms_of(client, whole)
    shown = {name for _, names in forms for name in names}
    assert not shown & PROTECTED
    columns = {
        name
        for model in MODELS
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
    hidden = (columns | PROTECTED) - shown
    theirs = everything(stranger)
    changed = 0
    for (_, names), fields in forms.items():
        target = fields.pop("")
        more = dict.fromkeys(hidden - names, "1") | {"owner": str(stranger.pk), "owner_id": str(stranger.pk)}
        plain = after(client, target, fields, whole.owner)
        assert after(client, target, {**more, **fields}, whole.owner) == plain, target
        changed += plain != everything(whole.owner)
    assert changed > 10
    assert everything(stranger) == theirs
