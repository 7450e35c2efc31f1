"""Mara Vogt's year, written down with the same verbs a person uses: people, follow-ups, checks, the guide."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from assessments.models import Answer, Assessment, GuideAnswer, Step
from contacts.around import Around, Season
from contacts.giving import Said
from contacts.models import (
    Ask,
    Circle,
    Contact,
    Favour,
    FollowUp,
    ImportantDate,
    Interaction,
    LifeEvent,
    Membership,
    SavedView,
    Tie,
)
from contacts.models.ties import As
from netvalue.demo.people import (
    ASKS,
    CHECKS,
    CIRCLES,
    DATES,
    EVENTS,
    FAVOURS,
    FOLLOW_UPS,
    GUIDE,
    ORGANISATION_CHECKS,
    PEOPLE,
    STEPS,
    TALKS,
    TIES,
    VIEWS,
)

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from netvalue.demo.people import Person

VALUES = {"y": Answer.YES, "p": Answer.PARTLY, "n": Answer.NO, "-": None}


def live(user: User, today: date) -> None:
    """Everything, as seen from `today`."""
    circles = {name: Circle.objects.create(owner=user, name=name) for name in CIRCLES}
    contacts = {person.given: write_down(user, person, circles, today) for person in PEOPLE}
    for whom, what, days, done in FOLLOW_UPS:
        follow_up = FollowUp(
            owner=user, contact=contacts.get(whom), what=what, due_on=today + timedelta(days=days)
        )
        follow_up.keep()
        if done:
            follow_up.complete()
    note_days(user, contacts, today)
    write_down_talks(user, contacts, today)
    for one, role, others in TIES:
        Tie.objects.of(user).say(contacts[one], [contacts[other] for other in others], As(role))
    write_down_give_and_take(contacts, today)
    checks = {
        days_ago: check(user, today - timedelta(days=days_ago), answers, notes)
        for days_ago, answers, notes in CHECKS
    }
    for days_ago, answers, notes in ORGANISATION_CHECKS:
        check(user, today - timedelta(days=days_ago), answers, notes, Assessment.Perspective.ORGANISATION)
    take_steps(user, contacts, checks, today)
    write_guide(user, today)
    for name, query in VIEWS:
        SavedView.objects.create(owner=user, name=name, query=query)


def take_steps(user: User, contacts: dict[str, Contact], checks: dict[int, Assessment], today: date) -> None:
    for days_ago, question, whom, what, days, done in STEPS:
        day = today + timedelta(days=days)
        noted = FollowUp(owner=user, contact=contacts[whom], what=what, due_on=day)
        asked = next(it for it in checks[days_ago].questions if it.key == question)
        Step.objects.at(checks[days_ago], asked).accept(noted)
        if done:
            noted.complete(at=datetime.combine(day, time(20), tzinfo=user.zone))


def write_guide(user: User, today: date) -> None:
    for key, days_ago, text in GUIDE:
        then = datetime.combine(today - timedelta(days=days_ago), time(21, 15), tzinfo=user.zone)
        GuideAnswer.write(user, key, text, uuid4(), at=then)


def write_down(user: User, person: Person, circles: dict[str, Circle], today: date) -> Contact:
    month, day, year = birthday(person, today)
    contact = Contact(
        owner=user,
        prefix=person.prefix,
        given=person.given,
        family=person.family,
        nickname=person.nickname,
        organisation=person.organisation,
        role=person.role,
        birth_month=month,
        birth_day=day,
        birth_year=year,
        leap_day=person.leap_day,
        closeness=person.closeness,
        how_met=person.how_met,
        notes=person.notes,
        known_since=person.known_since,
        field_of_work=person.work,
        rhythm_days=person.rhythm,
        is_confidant=person.confidant,
        **dict.fromkeys(person.functions, True),
    )
    contact.keep()
    for name in person.circles:
        Membership.objects.create(owner=user, contact=contact, circle=circles[name])
    if person.phone:
        contact.phones.create(owner=user, value=person.phone)
    if person.email:
        contact.emails.create(owner=user, value=person.email)
    if person.lives:
        street, postcode, city = person.lives
        contact.addresses.create(owner=user, street=street, postcode=postcode, city=city)
    if person.signal:
        contact.messengers.create(owner=user, value=person.signal)
    if person.page:
        contact.links.create(owner=user, kind="work", value=person.page)
    if person.archived:
        contact.archive()
    return contact


def note_days(user: User, contacts: dict[str, Contact], today: date) -> None:
    for whom, label, days, year in DATES:
        ImportantDate(
            owner=user, contact=contacts[whom], label=label, **parts(today + timedelta(days=days), year)
        ).keep()
    for whom, tone, what, days_ago, answered in EVENTS:
        on = today - timedelta(days=days_ago)
        event = LifeEvent(owner=user, contact=contacts[whom], tone=tone, what=what, **parts(on, on.year))
        event.keep()
        if answered:
            event.acknowledge()


def write_down_talks(user: User, contacts: dict[str, Contact], today: date) -> None:
    for whom, kind, days_ago, line, two_way in TALKS:
        if isinstance(days_ago, int):
            when = Around.on(today - timedelta(days=days_ago))
        else:
            when = Around(today.year - 1, season=Season[days_ago.upper()])
        people = [contacts[name] for name in whom]
        Interaction.objects.note(user, people, uuid4(), when=when, kind=kind, line=line, two_way=two_way)


def write_down_give_and_take(contacts: dict[str, Contact], today: date) -> None:
    for whom, said_as, what, days_ago, due in FAVOURS:
        said, day = Said(said_as), today - timedelta(days=days_ago)
        due_on = None if due is None else today + timedelta(days=due)
        Favour.objects.note(
            contacts[whom], uuid4(), what=what, day=day, due_on=due_on,
            direction=said.direction, kind=said.kind, state=said.begins,
        )  # fmt: skip
    for whom, what, days_ago, answered, outcome in ASKS:
        day = today - timedelta(days=days_ago)
        Ask.objects.note(contacts[whom], uuid4(), what=what, day=day, answered=answered, outcome=outcome)


def parts(day: date, year: int) -> dict[str, int | None]:
    # Few years have a 29 February.
    return {
        "on_year": None if (day.month, day.day) == (2, 29) else year,
        "on_month": day.month,
        "on_day": day.day,
    }


def birthday(person: Person, today: date) -> tuple[int | None, int | None, int | None]:
    if isinstance(person.born, int):
        day = today + timedelta(days=person.born)
        # A day near today may be 29 February, which few years have.
        year = None if (day.month, day.day) == (2, 29) else person.year
        return day.month, day.day, year
    return *(person.born or (None, None)), person.year


def check(
    user: User,
    day: date,
    answers: str,
    notes: dict[str, str],
    perspective: str = Assessment.Perspective.PERSON,
) -> Assessment:
    """Ten answers, a minute apart, in the evening of a day in the past."""
    begun = datetime.combine(day, time(19, 30), tzinfo=user.zone)
    taken = Assessment.objects.create(
        owner=user, language=user.language, perspective=perspective, begun_at=begun, touched_at=begun
    )
    for minute, (question, sign) in enumerate(zip(taken.questions, answers, strict=True), start=1):
        at = begun + timedelta(minutes=minute)
        taken.record(question, VALUES[sign], notes.get(question.key, ""), at=at)
    taken.finish(at=begun + timedelta(minutes=12))
    return taken
