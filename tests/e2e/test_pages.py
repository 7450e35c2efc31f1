"""Every page in both sizes, themes and languages: quiet console, nothing cut off, axe finds nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import resolve, reverse
from django.utils import timezone

from assessments.models import Answer, Assessment, GuideAnswer, Step
from contacts.around import Around, Season
from contacts.developing import developed
from contacts.giving import Said
from contacts.models import (
    Ask,
    BulkChange,
    Circle,
    Contact,
    Favour,
    FollowUp,
    Interaction,
    Membership,
    Photo,
    Quiet,
    SavedView,
    Tie,
    TieRound,
)
from contacts.models.ties import As
from netvalue.accounts.models import OneTimeLink, User
from netvalue.outbox import acting, delivery, trial, unsubscribing
from netvalue.outbox.localtime import DAY
from netvalue.outbox.models import Email, Occurrence, OptOut
from tests import pictures
from tests.doors import doors
from tests.factories import UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tests.e2e.conftest import Visitor


@dataclass(frozen=True)
class World:
    """A person with something of everything."""

    owner: User
    newcomer: User
    contact: Contact
    begun: Assessment
    taken: Assessment
    mail: Email

    def visitor(self, who: str) -> User | None:
        return {"owner": self.owner, "newcomer": self.newcomer, "nobody": None}[who]


def plain(world: World) -> dict[str, object]:
    return {}


@dataclass(frozen=True)
class Visit:
    """Who goes there, and what stands in the address."""

    who: str = "owner"
    kwargs: Callable[[World], dict[str, object]] = plain
    query: str = ""
    status: int = 200


# Two checks that an address names.
THEN, NOW = (uuid.UUID(int=number, version=4) for number in (1, 2))

ME, NOBODY, NEWCOMER = Visit(), Visit("nobody"), Visit("newcomer")


def sign_in_link(world: World) -> dict[str, object]:
    return {"token": OneTimeLink.objects.issue(OneTimeLink.Purpose.SIGN_IN, user=world.owner)}


def wrong_token(world: World) -> dict[str, object]:
    return {"token": "wrong"}


def wrong_key(world: World) -> dict[str, object]:
    return {"key": "wrong"}


def wrong_reset(world: World) -> dict[str, object]:
    return {"uidb36": "1", "key": "wrong"}


def question(world: World) -> dict[str, object]:
    return {"uid": world.begun.uid, "number": 3}


def begun(world: World) -> dict[str, object]:
    return {"uid": world.begun.uid}


def taken(world: World) -> dict[str, object]:
    return {"uid": world.taken.uid}


def smile(world: World) -> dict[str, object]:
    return {"key": "smile"}


def small_step(world: World) -> dict[str, object]:
    return {"uid": world.taken.uid, "number": 3}


def lonely_step(world: World) -> dict[str, object]:
    """One that is about nobody."""
    return {"uid": world.taken.uid, "number": 7}


def contact(world: World) -> dict[str, object]:
    return {"uid": world.contact.uid}


def value(name: str) -> Callable[[World], dict[str, object]]:
    return lambda world: {"uid": world.contact.uid, "name": name}


def saved_view(world: World) -> dict[str, object]:
    return {"pk": SavedView.objects.of(world.owner).kept()[0].pk}


def dated(world: World) -> dict[str, object]:
    return {"uid": world.contact.uid, "pk": world.contact.dates.get().pk}


def happened(world: World) -> dict[str, object]:
    return {"uid": world.contact.uid, "pk": world.contact.events.order_by("pk")[0].pk}


def conversation(world: World) -> dict[str, object]:
    return {"uid": world.contact.interactions.get(removed_at=None).uid}


def promise(world: World) -> dict[str, object]:
    return {"pk": world.contact.favours.earliest("pk").pk}


def question_asked(world: World) -> dict[str, object]:
    return {"pk": world.contact.asks.earliest("pk").pk}


def choir(world: World) -> dict[str, object]:
    return {"pk": Circle.objects.of(world.owner)[0].pk}


def follow_up(world: World) -> dict[str, object]:
    return {"pk": FollowUp.objects.of(world.owner).open().exclude(contact=None)[0].pk}


def tie(world: World) -> dict[str, object]:
    return {"uid": world.contact.uid, "pk": Tie.objects.about(world.contact).latest("pk").pk}


def tie_round(world: World) -> dict[str, object]:
    return {"uid": TieRound.objects.of(world.owner).latest("pk").uid}


def finished_round(world: World) -> dict[str, object]:
    return {"uid": TieRound.objects.of(world.owner).earliest("pk").uid}


def round_page(world: World) -> dict[str, object]:
    return {**tie_round(world), "place": 1}


def made_together(world: World) -> dict[str, object]:
    return {"uid": BulkChange.objects.of(world.owner).get(action="into").uid}


def under_way(world: World) -> dict[str, object]:
    return {"uid": BulkChange.objects.of(world.owner).get(action="rhythm").uid}


def archived(world: World) -> dict[str, object]:
    return {"uid": Contact.objects.of(world.owner).archived().get().uid}


def removed(world: World) -> dict[str, object]:
    return {"uid": Contact.objects.in_the_bin(world.owner).get().uid}


def mail(world: World) -> dict[str, object]:
    return {"pk": world.mail.pk}


def unsubscribe(world: World) -> dict[str, object]:
    return resolve(unsubscribing.path(world.owner, OptOut.EVERYTHING)).kwargs


def button(world: World) -> dict[str, object]:
    now = timezone.now()
    about = {"owner": world.owner, "kind": "birthday", "object_id": world.contact.pk}
    told, _new = Occurrence.objects.get_or_create(
        **about,
        occurrence_on=now.date(),
        defaults={"due_at": now, "look_at": now + DAY, "expires_at": now + 2 * DAY},
    )
    return resolve(acting.path(told)).kwargs


# A new page is looked at as soon as it says here who goes there.
ROOMS: dict[str, dict[str, list[Visit]]] = {
    "the site": {
        "home": [NOBODY],
        "help": [ME, NOBODY],
        "today": [ME, NEWCOMER],
        "set_language": [Visit("nobody", status=405)],
    },
    "coming in": {
        "account_login": [NOBODY],
        "account_signup": [NOBODY],
        "account_logout": [ME],
        "account_inactive": [NOBODY],
    },
    "coming back": {
        "account_reset_password": [NOBODY],
        "account_reset_password_done": [NOBODY],
        "account_reset_password_from_key_done": [NOBODY],
        "account_email_verification_sent": [NOBODY],
    },
    "links": {
        "account_reset_password_from_key": [Visit("nobody", wrong_reset)],
        "account_confirm_email": [Visit("nobody", wrong_key)],
        "accounts:setup": [Visit("nobody", wrong_token, status=404)],
        "accounts:login_link": [Visit("nobody", sign_in_link), Visit("nobody", wrong_token, status=404)],
        "accounts:invitation": [Visit("nobody", wrong_token, status=404)],
        "outbox:act": [
            *(
                Visit("nobody", button, query=query)
                for query in ("", "?do=done", "?do=talked", "?do=later", "?do=stop")
            ),
            Visit("nobody", wrong_token, status=404),
        ],
        "outbox:unsubscribe": [Visit("nobody", unsubscribe), Visit("nobody", wrong_token, status=404)],
    },
    "one's account": {
        "account_email": [ME],
        "account_change_password": [ME],
        "account_set_password": [NEWCOMER],
        "account_reauthenticate": [ME],
        "accounts:sessions": [ME],
        "accounts:settings": [ME],
    },
    "the check": {
        "assessments:start": [ME, NOBODY],
        "assessments:question": [Visit(kwargs=question)],
        "assessments:review": [Visit(kwargs=begun)],
        "assessments:result": [Visit(kwargs=taken)],
        "assessments:delete": [Visit(kwargs=begun), Visit(kwargs=taken)],
        "assessments:step": [
            Visit(kwargs=small_step),
            Visit(kwargs=small_step, query="?who=zzz"),
            Visit(kwargs=lonely_step),
        ],
        "assessments:again": [Visit(kwargs=taken)],
        "assessments:history": [ME, NEWCOMER],
        "assessments:compare": [
            ME,
            Visit(query=f"?then={THEN}&now={NOW}"),
            Visit(query=f"?then={NOW}&now={NOW}", status=422),
            NEWCOMER,
        ],
    },
    "the guide": {
        "assessments:guide": [ME, NEWCOMER, NOBODY],
        "assessments:guide_question": [Visit(kwargs=smile, query="?page=1"), Visit("newcomer", smile)],
    },
    "going anywhere": {"go": [ME, NEWCOMER, Visit(query="?q=zzz")]},
    "people": {
        "contacts:list": [
            ME,
            NEWCOMER,
            Visit(query="?q=zzz"),
            Visit(query="?shelf=archive&sort=close&circle=0"),
            Visit(query="?kind=person&sort=birthday"),
        ],
        "contacts:save_view": [Visit(query="?closeness=7-8&kind=person&sort=birthday&q=a")],
        "contacts:rename_view": [Visit(kwargs=saved_view)],
        "contacts:add": [ME],
        "contacts:person": [Visit(kwargs=contact), Visit(kwargs=archived)],
        "contacts:edit": [Visit(kwargs=contact)],
        "contacts:value": [Visit(kwargs=value("circles")), Visit(kwargs=value("rhythm"))],
        "contacts:hidden": [ME, NEWCOMER],
        "contacts:circles": [ME, NEWCOMER],
        "contacts:circle": [Visit(kwargs=choir)],
        "contacts:photo": [Visit(kwargs=contact), Visit(kwargs=archived)],
    },
    "the bin": {
        "contacts:bin": [ME, NEWCOMER],
        "contacts:forget": [Visit(kwargs=removed)],
        "contacts:empty_bin": [ME],
    },
    "many people at once": {
        "contacts:bulk_change": [Visit(kwargs=made_together), Visit(kwargs=under_way)],
        "contacts:bulk_changes": [ME, NEWCOMER],
    },
    "days in a life": {
        "contacts:add_date": [Visit(kwargs=contact)],
        "contacts:date": [Visit(kwargs=dated)],
        "contacts:add_event": [Visit(kwargs=contact)],
        "contacts:event": [Visit(kwargs=happened)],
    },
    "conversations": {
        "contacts:talk": [ME, NEWCOMER],
        "contacts:talk_with": [Visit(kwargs=contact)],
        "contacts:timeline": [Visit(kwargs=contact)],
        "contacts:talks": [Visit(kwargs=contact), Visit(kwargs=archived)],
        "contacts:conversation": [Visit(kwargs=conversation)],
    },
    "give and take": {
        "contacts:giving": [ME, NEWCOMER],
        "contacts:giving_with": [Visit(kwargs=contact), Visit(kwargs=archived)],
        "contacts:favour_with": [Visit(kwargs=contact)],
        "contacts:favour": [Visit(kwargs=promise)],
        "contacts:ask_with": [Visit(kwargs=contact)],
        "contacts:ask": [Visit(kwargs=question_asked)],
    },
    "who knows whom": {
        "contacts:ties": [Visit(kwargs=contact), Visit(kwargs=archived)],
        "contacts:add_tie": [Visit(kwargs=contact)],
        "contacts:tie": [Visit(kwargs=tie)],
        "contacts:round": [ME, NEWCOMER],
        "contacts:round_page": [Visit(kwargs=round_page)],
        "contacts:round_result": [Visit(kwargs=finished_round)],
    },
    "what to come back to": {
        "contacts:follow_up": [ME],
        "contacts:change_follow_up": [Visit(kwargs=follow_up)],
    },
    "mail": {
        "outbox:reminders": [ME, NEWCOMER],
        "outbox:mail": [ME, NEWCOMER],
        "outbox:message": [Visit(kwargs=mail)],
        "outbox:everybodys_mail": [ME, Visit(query="?look=1"), Visit("newcomer", status=404)],
    },
}

# Nothing to look at: what is posted to, what machines ask, and what only leads elsewhere.
NO_PAGES = {
    "healthz",
    "readyz",
    "set_theme",
    "usersessions_list",  # accounts:sessions answers at its address
    "accounts:end_session",
    "assessments:guide_remove",
    "assessments:guide_bring_back",
    "assessments:drop_step",
    "assessments:take_up_step",
    "assessments:take_back_step",
    "contacts:archive",
    "contacts:delete",
    "contacts:change",  # a form's; tests/e2e/test_bulk.py sees what it asks
    "contacts:stop_bulk_change",
    "contacts:undo_bulk_change",
    "contacts:restore",
    "contacts:hide",
    "contacts:not_now",
    "contacts:go_on",
    "contacts:quiet",
    "contacts:remind",
    "contacts:show",
    "contacts:replace_view",
    "contacts:remove_view",
    "contacts:acknowledge",
    "contacts:take_back",
    "contacts:remove_circle",
    "contacts:remove_photo",
    "contacts:large_photo",  # pictures; tests/e2e/test_photos.py looks at them
    "contacts:small_photo",
    "contacts:remove_talk",
    "contacts:bring_back",
    "contacts:remove_tie",
    "contacts:favour_kept",
    "contacts:favour_partly",
    "contacts:favour_open",
    "contacts:favour_remove",
    "contacts:ask_answered",
    "contacts:ask_unanswered",
    "contacts:ask_open",
    "contacts:ask_remove",
    "contacts:follow_up_with",
    "contacts:remove_follow_up",
    "contacts:complete",
    "contacts:reopen",
    "contacts:snooze",
    "contacts:remove_date",
    "contacts:remove_event",
    "outbox:kinds",
    "outbox:test_reminder",
    "outbox:revoke_links",
    "outbox:message_html",  # a mail, framed by its message: no script runs there, not even ours
    "outbox:address_again",
    "outbox:arrived",
    "outbox:again",
    "outbox:try_now",
    "outbox:decide_restored",
    "account_confirm_login_code",
    "assessments:ring_svg",  # files to keep; tests/e2e/test_sharing.py opens them
    "assessments:ring_png",
    "assessments:checks_csv",
    "assessments:checks_json",
}

EVERY_DOOR = [door for door in doors() if not door.name.startswith("admin:")]


@pytest.fixture
def world(db: None) -> World:
    owner = UserFactory.create(name="Friederike Überall-Hohenstein", is_staff=True)
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    newcomer = UserFactory.create(name="")
    newcomer.set_unusable_password()
    newcomer.save()
    begun, taken, before = (
        Assessment.objects.create(owner=owner, language="de", uid=uid) for uid in (uuid.uuid4(), NOW, THEN)
    )
    answers = [Answer.YES, Answer.PARTLY, Answer.NO, None] * 3
    for check, skipped in ((begun, 0), (taken, 0), (before, 1)):
        for line, value in zip(check.lines()[:8], answers[skipped:], strict=False):
            check.record(line.question, value, "Jonas, Mittwochabend")
    before.finish()
    taken.finish()
    written(owner)
    contact = people(owner)
    decide_on_steps(taken)
    trial.ask(owner, press=1)
    delivery.pump()
    return World(owner, newcomer, contact, begun, taken, Email.objects.of(owner).get())


def written(owner: User) -> None:
    """A guide with an answer, an earlier version of it and a removed one; and a word without a space."""
    for text in ("Die von Jonas.", "Die von Lea.", "„Bist du da?“\n\n" + "lang" * 90):
        GuideAnswer.write(owner, "smile", text, uuid4())
    GuideAnswer.objects.of(owner).earliest("pk").remove()
    GuideAnswer.write(owner, "reliance", "Sie sagen Nein, wenn sie Nein meinen.", uuid4())


@transaction.atomic
def decide_on_steps(check: Assessment) -> None:
    """One on the list with somebody put away, so that Today still proposes another; one set aside."""
    away = Contact.objects.filter(owner=check.owner_id).archived().get()
    noted = FollowUp(owner=away.owner, contact=away, what="Fragen und zuhören", due_on=timezone.now().date())
    Step.objects.at(check, check.questions[1]).accept(noted)
    Step.objects.at(check, check.questions[5]).drop()


def give_and_take(who: Contact, today: date) -> None:
    """Enough from one side to be named, something open of every kind, and long words."""
    for said in (*Said, *[Said.HELPED] * 7):
        Favour.objects.note(
            who, uuid4(), what="Noten abgeschrieben " + "lang" * 30, day=today - 3 * DAY, weight="small",
            direction=said.direction, kind=said.kind, state=said.begins,
        )  # fmt: skip
    for due in (-1, 1):
        Favour.objects.note(
            who, uuid4(), what="Kuchen", day=today - 3 * DAY, due_on=today + due * DAY,
            direction="given", kind="help", state="partly",
        )  # fmt: skip
    for answered in (None, True, False):
        Ask.objects.note(
            who, uuid4(), what="Ob der Steg hält", day=today, answered=answered, outcome="lang" * 60
        )


def people(owner: User) -> Contact:
    """Somebody with something in every field, one with a name alone, an organisation, an archived one."""
    today = timezone.localdate(timezone=owner.zone)
    choir = Circle.objects.create(owner=owner, name="Kammerchor Sankt Nikolai")
    anna = Contact(
        owner=owner,
        prefix="Dr.",
        given="Anna-Katharina",
        family="Freifrau von Ångström-Überlingen",
        nickname="Anni",
        organisation="Donaudampfschifffahrtsgesellschaft",
        role="Kapitänin",
        birth_day=today.day,
        birth_month=today.month,
        birth_year=1980,
        closeness=8,
        would_miss=True,
        is_confidant=False,
        for_inspiration=True,
        for_curation=True,
        rhythm_days=45,
        paused=True,
        known_since=2004,
        field_of_work="Binnenschifffahrt",
        how_met="Bergwanderung, Allgäu",
        notes="Mag Rhabarberkuchen.\n\nhttps://example.org/" + "lang" * 30,
    )
    anna.keep()
    anna.phones.create(owner=owner, value="+49 30 1234567")
    anna.emails.create(owner=owner, value="anna.katharina.von.angstrom.uberlingen@example.org")
    anna.messengers.create(owner=owner, value="+49 170 1234567")
    anna.addresses.create(owner=owner, street="Am Wehr 3", postcode="88662", city="Überlingen")
    anna.links.create(owner=owner, kind="other", label="Tagebuch", value="example.org/" + "lang" * 20)
    anna.dates.create(owner=owner, label="Hochzeitstag", on_year=2010, on_month=today.month, on_day=1)
    anna.events.create(owner=owner, what="Neue Stelle in Kiel", on_year=2026)
    talked = {"kind": "video", "line": "Rhabarber.\n\n" + "lang" * 60, "two_way": False}
    roughly = Around(2026, season=Season.SPRING)
    Interaction.objects.note(owner, [anna], uuid4(), when=roughly, **talked)
    anna.events.create(
        owner=owner, tone="grief", what="Tante Berta ist gestorben", acknowledged_at=timezone.now()
    )
    give_and_take(anna, today)
    Membership.objects.create(owner=owner, contact=anna, circle=choir)
    SavedView.objects.create(
        owner=owner, name="Kirchenchor, wer bald Geburtstag hat", query="kind=person&sort=birthday"
    )
    for days in (-40, 0, 9):
        FollowUp(owner=owner, contact=anna, what="Noten bringen", due_on=today + days * DAY).keep()
    done = FollowUp(owner=owner, contact=anna, what="Foto schicken", due_on=today)
    done.keep()
    done.complete()
    bo = Contact(owner=owner, given="Bo")
    bo.keep()
    for kind in ("birthday", "rhythm"):
        Quiet.objects.begin(bo, kind)
    Contact(owner=owner, kind=Contact.Kind.ORGANISATION, organisation="Café Mokka").keep()
    Photo.objects.put_up(anna, developed(pictures.photo(900, 1200)), uuid4())
    away = Contact(owner=owner, given="Carl", family="Fern")
    away.keep()
    away.archive()
    know_each_other(anna)
    everybody = Contact.objects.of(owner)
    BulkChange.objects.begin(owner, everybody, uuid4(), "all", action="into", circle=choir)
    waiting = BulkChange.objects.create(owner=owner, action="rhythm", form_token=uuid4())
    waiting.choose(everybody)
    Contact(owner=owner, given="Dora", family="Weg", hidden=True, deceased=True, death_year=2020).keep()
    gone = Contact(owner=owner, given="Emil", family="Lang" * 30, notes="Geht.")
    gone.keep()
    gone.remove()
    Interaction.objects.note(owner, [anna], uuid4(), when=roughly, kind="call", line="lang" * 60).remove()
    return anna


def know_each_other(anna: Contact) -> None:
    """Some of whom one is in the archive; a round that is over and one that waits."""
    owner = anna.owner
    names = ["Łucja", "Maximiliane von der Heydt-Lindemann", "lang" * 9]
    others = [Contact(owner=owner, given=name) for name in names]
    for who in others:
        who.keep()
    ties = Tie.objects.of(owner)
    ties.say(anna, [*others, *Contact.objects.of(owner).archived()], As.CLOSE)
    ties.say(anna, others, As.CHILD)
    done = TieRound.objects.begin(owner, uuid4())
    assert done is not None
    done.reach(done.asking().pages[-1].place)
    TieRound.objects.begin(owner, uuid4())


def test_every_door_is_looked_at_or_leads_to_no_page() -> None:
    looked_at = {name for room in ROOMS.values() for name in room}
    names = {door.name for door in EVERY_DOOR}
    assert names == looked_at | NO_PAGES, "say in ROOMS who goes there, or in NO_PAGES that nobody looks"


@pytest.mark.parametrize("room", ROOMS)
def test_pages_are_clean(visitor: Visitor, world: World, room: str) -> None:
    found = []
    for name, visits in ROOMS[room].items():
        for visit in visits:
            path = reverse(name, kwargs=visit.kwargs(world)) + visit.query
            found += visitor.faults(path, world.visitor(visit.who), status=visit.status)
    assert found == []


def test_a_page_that_is_not_there_is_clean(visitor: Visitor) -> None:
    assert visitor.faults("/no-such-page/", status=404) == []
