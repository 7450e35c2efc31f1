"""Every door × every way to knock × {nobody, owner, stranger}, read from the URL configuration.

A new URL is private until `PUBLIC` lists it, and its objects belong to somebody until `TOKENS` says that
whoever holds the link may open it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from urllib.parse import quote_plus
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, Assessment, GuideAnswer, Step
from contacts.around import Around
from contacts.models import (
    Ask,
    BulkChange,
    Circle,
    Contact,
    Favour,
    FollowUp,
    ImportantDate,
    Interaction,
    LifeEvent,
    Photo,
    SavedView,
    Tie,
    TieRound,
)
from contacts.pictures import Picture
from netvalue.accounts.models import User
from netvalue.outbox import trial
from netvalue.outbox.delivery import pump
from netvalue.outbox.models import Email
from tests.doors import Door, doors, fingerprints, tables
from tests.factories import ContactFactory, FollowUpFactory, UserFactory

CANARY = "Canary7f3a"
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
HOSTILE = ("\x00", "\ud800", "x" * 10_000, "%_\\'\"><img src=x onerror=alert(1)>{{7*7}}", "-1", "")

PUBLIC = {
    # What anybody may see.
    "home", "help", "set_language", "set_theme", "healthz", "readyz",
    # How somebody gets in.
    "account_login", "account_signup", "account_inactive", "account_email_verification_sent",
    "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_logout",
    # Links that carry their own key.
    "accounts:setup", "accounts:login_link", "accounts:invitation", "outbox:unsubscribe",
    "outbox:act",
    # The check may be taken without an account; the pages themselves find out whose it is.
    "assessments:start", "assessments:question", "assessments:review", "assessments:result",
    "assessments:ring_svg", "assessments:ring_png",
    # It says what is asked there, and that answering needs an account.
    "assessments:guide",
    "assessments:delete",
}  # fmt: skip

# Doors that a key in the address opens: with a wrong key they open for nobody.
TOKENS = {
    "accounts:setup": {"token": "wrong"},
    "accounts:login_link": {"token": "wrong"},
    "accounts:invitation": {"token": "wrong"},
    "outbox:act": {"token": "wrong"},
    "outbox:unsubscribe": {"token": "wrong"},
    "account_confirm_email": {"key": "wrong"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "wrong"},
}

# Doors whose address names something that everybody has, each for themselves.
OWN = {
    "assessments:guide_question": {"key": "smile"},
}


@dataclass
class World:
    """Everything that one user can own, with the canary in every text."""

    owner: User
    contact: Contact
    removed: Contact
    follow_up: FollowUp
    date: ImportantDate
    event: LifeEvent
    talk: Interaction
    photo: Photo
    circle: Circle
    favour: Favour
    ask: Ask
    view: SavedView
    tie: Tie
    tie_round: TieRound
    change: BulkChange
    unfinished: Assessment
    finished: Assessment
    written: GuideAnswer
    session: UserSession
    email: Email


OBJECTS: dict[str, Callable[[World], dict[str, object]]] = {
    "accounts:end_session": lambda world: {"pk": world.session.pk},
    "contacts:person": lambda world: {"uid": world.contact.uid},
    "contacts:edit": lambda world: {"uid": world.contact.uid},
    "contacts:archive": lambda world: {"uid": world.contact.uid},
    "contacts:restore": lambda world: {"uid": world.contact.uid},
    "contacts:value": lambda world: {"uid": world.contact.uid, "name": "notes"},
    "contacts:hide": lambda world: {"uid": world.contact.uid},
    "contacts:not_now": lambda world: {"uid": world.contact.uid},
    "contacts:go_on": lambda world: {"uid": world.contact.uid},
    "contacts:timeline": lambda world: {"uid": world.contact.uid},
    "contacts:quiet": lambda world: {"uid": world.contact.uid, "kind": "birthday"},
    "contacts:remind": lambda world: {"uid": world.contact.uid, "kind": "birthday"},
    "contacts:show": lambda world: {"uid": world.contact.uid},
    "contacts:delete": lambda world: {"uid": world.contact.uid},
    "contacts:forget": lambda world: {"uid": world.removed.uid},
    "contacts:rename_view": lambda world: {"pk": world.view.pk},
    "contacts:replace_view": lambda world: {"pk": world.view.pk},
    "contacts:remove_view": lambda world: {"pk": world.view.pk},
    "contacts:add_date": lambda world: {"uid": world.contact.uid},
    "contacts:date": lambda world: {"uid": world.contact.uid, "pk": world.date.pk},
    "contacts:remove_date": lambda world: {"uid": world.contact.uid, "pk": world.date.pk},
    "contacts:add_event": lambda world: {"uid": world.contact.uid},
    "contacts:event": lambda world: {"uid": world.contact.uid, "pk": world.event.pk},
    "contacts:acknowledge": lambda world: {"uid": world.contact.uid, "pk": world.event.pk},
    "contacts:take_back": lambda world: {"uid": world.contact.uid, "pk": world.event.pk},
    "contacts:remove_event": lambda world: {"uid": world.contact.uid, "pk": world.event.pk},
    "contacts:talk_with": lambda world: {"uid": world.contact.uid},
    "contacts:talks": lambda world: {"uid": world.contact.uid},
    "contacts:conversation": lambda world: {"uid": world.talk.uid},
    "contacts:remove_talk": lambda world: {"uid": world.talk.uid},
    "contacts:circle": lambda world: {"pk": world.circle.pk},
    "contacts:remove_circle": lambda world: {"pk": world.circle.pk},
    "contacts:photo": lambda world: {"uid": world.contact.uid},
    "contacts:remove_photo": lambda world: {"uid": world.contact.uid},
    "contacts:large_photo": lambda world: {"uid": world.photo.uid},
    "contacts:small_photo": lambda world: {"uid": world.photo.uid},
    "contacts:bring_back": lambda world: {"kind": "talks", "pk": world.talk.pk},
    "contacts:giving_with": lambda world: {"uid": world.contact.uid},
    "contacts:favour_with": lambda world: {"uid": world.contact.uid},
    "contacts:favour": lambda world: {"pk": world.favour.pk},
    "contacts:favour_kept": lambda world: {"pk": world.favour.pk},
    "contacts:favour_partly": lambda world: {"pk": world.favour.pk},
    "contacts:favour_open": lambda world: {"pk": world.favour.pk},
    "contacts:favour_remove": lambda world: {"pk": world.favour.pk},
    "contacts:ask_with": lambda world: {"uid": world.contact.uid},
    "contacts:ask": lambda world: {"pk": world.ask.pk},
    "contacts:ask_answered": lambda world: {"pk": world.ask.pk},
    "contacts:ask_unanswered": lambda world: {"pk": world.ask.pk},
    "contacts:ask_open": lambda world: {"pk": world.ask.pk},
    "contacts:ask_remove": lambda world: {"pk": world.ask.pk},
    "contacts:ties": lambda world: {"uid": world.contact.uid},
    "contacts:add_tie": lambda world: {"uid": world.contact.uid},
    "contacts:tie": lambda world: {"uid": world.contact.uid, "pk": world.tie.pk},
    "contacts:remove_tie": lambda world: {"uid": world.contact.uid, "pk": world.tie.pk},
    "contacts:round_result": lambda world: {"uid": world.tie_round.uid},
    "contacts:round_page": lambda world: {"uid": world.tie_round.uid, "place": 1},
    "contacts:bulk_change": lambda world: {"uid": world.change.uid},
    "contacts:stop_bulk_change": lambda world: {"uid": world.change.uid},
    "contacts:undo_bulk_change": lambda world: {"uid": world.change.uid},
    "contacts:follow_up_with": lambda world: {"uid": world.contact.uid},
    "contacts:change_follow_up": lambda world: {"pk": world.follow_up.pk},
    "contacts:remove_follow_up": lambda world: {"pk": world.follow_up.pk},
    "contacts:complete": lambda world: {"pk": world.follow_up.pk},
    "contacts:reopen": lambda world: {"pk": world.follow_up.pk},
    "contacts:snooze": lambda world: {"pk": world.follow_up.pk},
    "outbox:message": lambda world: {"pk": world.email.pk},
    "outbox:message_html": lambda world: {"pk": world.email.pk},
    "outbox:arrived": lambda world: {"pk": world.email.pk},
    "outbox:again": lambda world: {"pk": world.email.pk},
    "assessments:question": lambda world: {"uid": world.unfinished.uid, "number": 1},
    "assessments:review": lambda world: {"uid": world.unfinished.uid},
    "assessments:result": lambda world: {"uid": world.finished.uid},
    "assessments:again": lambda world: {"uid": world.finished.uid},
    "assessments:ring_svg": lambda world: {"uid": world.finished.uid},
    "assessments:ring_png": lambda world: {"uid": world.finished.uid},
    "assessments:guide_remove": lambda world: {"key": "smile", "pk": world.written.pk},
    "assessments:guide_bring_back": lambda world: {"key": "smile", "pk": world.written.pk},
    "assessments:delete": lambda world: {"uid": world.finished.uid},
    "assessments:step": lambda world: {"uid": world.finished.uid, "number": 2},
    "assessments:drop_step": lambda world: {"uid": world.finished.uid, "number": 2},
    "assessments:take_up_step": lambda world: {"uid": world.finished.uid, "number": 2},
    "assessments:take_back_step": lambda world: {"uid": world.finished.uid, "number": 3},
}


def kwargs_of(door: Door, world: World) -> dict[str, object]:
    if not door.parameters:
        return {}
    if door.name in TOKENS:
        return dict(TOKENS[door.name])
    if door.name in OWN:
        return dict(OWN[door.name])
    return OBJECTS[door.name](world)


def path_of(door: Door, world: World) -> str:
    return reverse(door.name, kwargs=kwargs_of(door, world))


@pytest.fixture
def world(db: None) -> World:
    owner = UserFactory.create(name=CANARY, email="canary7f3a@example.org")
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    contact = ContactFactory.create(
        owner=owner, given=CANARY, notes=CANARY, how_met=CANARY, field_of_work=CANARY
    )
    removed = ContactFactory.create(owner=owner, given=CANARY)
    removed.remove()
    others = [ContactFactory.create(owner=owner, given=CANARY) for _ in range(2)]
    tie = Tie.objects.create(owner=owner, one=contact, other=others[0], kind="sibling")
    tie_round = TieRound.objects.begin(owner, uuid4())
    assert tie_round is not None
    unfinished, finished = (Assessment.objects.create(owner=owner, language="en") for _ in range(2))
    for check in (unfinished, finished):
        for question, value in zip(check.questions, [Answer.YES, Answer.NO, Answer.PARTLY], strict=False):
            check.record(question, value, CANARY)
    finished.finish()
    GuideAnswer.write(owner, "smile", CANARY, uuid4())
    noted = FollowUpFactory.build(owner=owner, contact=contact, what=CANARY)
    Step.objects.at(finished, finished.questions[2]).accept(noted)
    trial.ask(owner, 1)
    pump()
    return World(
        owner=owner,
        email=Email.objects.of(owner).get(),
        unfinished=unfinished,
        finished=finished,
        written=GuideAnswer.objects.get(owner=owner),
        session=UserSession.objects.create(
            user=owner, ip="203.0.113.7", session_key="k" * 32, user_agent=CANARY, last_seen_at=timezone.now()
        ),
        contact=contact,
        removed=removed,
        follow_up=FollowUpFactory.create(owner=owner, contact=contact, what=CANARY),
        change=BulkChange.objects.begin(
            owner,
            Contact.objects.of(owner),
            uuid4(),
            "all",
            action="into",
            circle=Circle.objects.create(owner=owner, name=f"{CANARY} together"),
        ),
        date=contact.dates.create(owner=owner, label=CANARY, on_month=5, on_day=1),
        event=contact.events.create(owner=owner, what=CANARY),
        circle=Circle.objects.create(owner=owner, name=CANARY),
        photo=Photo.objects.put_up(contact, Picture(CANARY.encode(), CANARY.encode(), 1, 1), uuid4()),
        favour=Favour.objects.note(
            contact, uuid4(), what=CANARY, day=date(2026, 5, 1), direction="given", kind="help", state="open"
        ),
        ask=Ask.objects.note(contact, uuid4(), what=CANARY, day=date(2026, 5, 1), outcome=CANARY),
        view=SavedView.objects.create(owner=owner, name=CANARY, query="closeness=open"),
        tie=tie,
        tie_round=tie_round,
        talk=Interaction.objects.note(
            owner, [contact], uuid4(), when=Around(2026, 5, 1), kind="call", line=CANARY
        ),
    )


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows_of(user: User) -> dict[str, list[str]]:
    """Everything in the database that carries this owner, and the user's own row."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'owner_id' AND table_schema = current_schema()"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t WHERE owner_id = %s ORDER BY 1', [user.pk])
            found[table] = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT t::text FROM accounts_user t WHERE id = %s", [user.pk])
        found["accounts_user"] = [row[0] for row in cursor.fetchall()]
    return found


EVERY_DOOR = [door for door in doors() if not door.name.startswith("admin:")]


def test_every_door_has_a_name_and_every_object_behind_one_is_known() -> None:
    unknown = [d.route for d in EVERY_DOOR if d.parameters and d.name not in {*OBJECTS, *TOKENS, *OWN}]
    assert not unknown, "say in OBJECTS whose object these show"
    assert {door.name for door in EVERY_DOOR} >= PUBLIC, "PUBLIC lists a door that is gone"
    assert not [door.route for door in EVERY_DOOR if door.name.endswith("None")]


@pytest.mark.parametrize("door", EVERY_DOOR, ids=lambda door: door.name)
def test_nobody_gets_in_without_signing_in(door: Door, world: World) -> None:
    path, before = path_of(door, world), rows_of(world.owner)
    for method in METHODS:
        response = getattr(Client(), method)(path)
        assert response.status_code < 500
        assert CANARY.encode() not in response.getvalue()
        if door.name in OBJECTS and door.name in PUBLIC:
            assert response.status_code in {404, 405}, f"{method} {path} answered {response.status_code}"
        elif door.name not in PUBLIC and method in {"get", "head", "post"}:
            assert response.status_code == 302, f"{method} {path} answered {response.status_code} to nobody"
            assert response["Location"].startswith(reverse("account_login"))
        elif door.name not in PUBLIC:
            assert response.status_code in {302, 405}
    assert rows_of(world.owner) == before


@pytest.mark.parametrize("door", EVERY_DOOR, ids=lambda door: door.name)
def test_a_stranger_sees_nothing_and_changes_nothing(door: Door, world: World) -> None:
    path, before = path_of(door, world), rows_of(world.owner)
    stranger = signed_in_as(UserFactory.create())
    for method in METHODS:
        response = getattr(stranger, method)(path)
        assert response.status_code < 500
        assert CANARY.encode() not in response.getvalue()
        if door.name in OBJECTS and method != "options":
            assert response.status_code in {404, 405}, f"{method} {path} answered {response.status_code}"
        if door.name in OBJECTS and method == "post" and response.status_code == 405:
            assert stranger.get(path).status_code == 404
    assert rows_of(world.owner) == before


def test_reading_changes_nothing(world: World) -> None:
    """Every page, by its owner and by nobody; only the list of sessions notes when one was last seen."""
    owner, nobody = signed_in_as(world.owner), Client()
    for client in (owner, nobody):  # sessions and their keys exist from here on
        client.get(reverse("home"))
    watched = [t for t in tables() if t not in {"django_session", "usersessions_usersession"}]
    before = fingerprints(watched)
    for door in EVERY_DOOR:
        for client in (owner, nobody):
            assert client.get(path_of(door, world)).status_code < 500
            assert client.head(path_of(door, world)).status_code < 500
    assert fingerprints(watched) == before


class Forms(HTMLParser):
    """The forms of a page: where each is posted to and the fields that it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._posting = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._posting = a.get("method", "").lower() == "post"
            if self._posting:
                self.found.append((a.get("action", ""), {}))
        elif (
            self._posting
            and self.found
            and a.get("name")
            and tag in {"input", "textarea", "select", "button"}
        ):
            self.found[-1][1].setdefault(a["name"], a.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._posting = False


# Leaving is tried elsewhere: here it would end the session that the other forms need.
LEAVING = re.compile(r"/(logout|end)/")


@pytest.mark.parametrize("hostile", HOSTILE, ids=["nul", "surrogate", "long", "markup", "minus", "empty"])
def test_no_form_breaks_on_hostile_words(world: World, hostile: str) -> None:
    client = signed_in_as(world.owner)
    tried = 0
    for door in EVERY_DOOR:
        path = path_of(door, world)
        page = client.get(path)
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for action, fields in Forms(page.content.decode()).found:
            target = action or path
            if LEAVING.search(target) or not target.startswith("/"):
                continue
            for name in fields:
                data = {**fields, name: hostile}
                sent = "&".join(f"{quote(k)}={quote(v)}" for k, v in data.items())
                response = client.post(target, sent, content_type="application/x-www-form-urlencoded")
                assert response.status_code < 500, f"{target} {name}"
                tried += 1
    assert tried


def quote(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))
