"""How a mail is put together: what comes first, what is left out where there is too much, and its headers."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django import conf
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Contact
from netvalue.outbox import envelopes, letters, wire
from netvalue.outbox.kinds import Act, Line, Reach
from netvalue.outbox.letters import Contents, Letter, in_lines
from netvalue.outbox.models import Email, Occurrence
from netvalue.outbox.templatetags.mail import LOOKS
from tests.factories import ContactFactory, UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from email.message import EmailMessage

    from pytest_django import Settings

    from contacts.models import FollowUp
    from netvalue.accounts.models import User

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]

HUNDRED_KB = 100_000
A_WEEK = timedelta(days=7)
HEADERS = [
    "Message-ID", "Date", "From", "To", "Subject", "Content-Language", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Reminder-Id", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type",
]  # fmt: skip


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def about(thing: Contact | FollowUp, on: date = TODAY, lead: int = 0) -> Occurrence:
    """Something that is due: a birthday, or a follow-up."""
    kind = "birthday" if isinstance(thing, Contact) else "followup"
    return Occurrence(
        pk=thing.pk + (kind == "followup") * 1_000_000,
        owner=thing.owner,
        kind=kind,
        object_id=thing.pk,
        occurrence_on=on,
        lead=lead,
    )


def envelope(user: User, kind: str = Email.DIGEST) -> Email:
    return envelopes.new(owner=user, recipient=user.email, day=TODAY, kind=kind, topic="x", pk=1)


def letter(user: User, *inside: Occurrence, kind: str = Email.DIGEST) -> Letter:
    return letters.write(envelope(user, kind), inside, NINE)


def received(user: User, *inside: Occurrence, kind: str = Email.DIGEST) -> EmailMessage:
    email = envelope(user, kind)
    return message_from_bytes(
        letters.message(email, letters.write(email, inside, NINE)), policy=policy.default
    )


def order_of(text: str, *names: str) -> list[str]:
    return sorted(names, key=text.index)


# --- What stands where -------------------------------------------------------------------------------


def test_today_comes_first_then_what_is_late_then_what_is_ahead(
    user: User, born: Born, follow_up: MakeFollowUp
) -> None:
    ahead = about(born(TODAY + A_WEEK, given="Ahead"), TODAY + A_WEEK, 7)
    today = about(born(given="Today"))
    late = about(born(TODAY - timedelta(days=2), given="Late"), TODAY - timedelta(days=2))
    other = about(follow_up(contact=born(given="Other")))
    text = letter(user, ahead, late, other, today).text
    assert order_of(text, "Birthdays", "Today", "Late", "Ahead", "Follow-ups", "Other") == [
        "Birthdays", "Today", "Late", "Ahead", "Follow-ups", "Other",
    ]  # fmt: skip
    assert text.startswith("Tuesday, 5 May\n\nSome of this comes late")


def test_a_kind_with_something_today_comes_before_one_without(
    user: User, born: Born, follow_up: MakeFollowUp
) -> None:
    ahead = about(born(TODAY + A_WEEK, given="Ahead"), TODAY + A_WEEK, 7)
    text = letter(user, ahead, about(follow_up(contact=born(given="Today")))).text
    assert order_of(text, "Follow-ups", "Today", "Birthdays", "Ahead") == [
        "Follow-ups", "Today", "Birthdays", "Ahead",
    ]  # fmt: skip


def test_where_all_is_of_one_kind_nobody_needs_its_title(user: User, born: Born) -> None:
    written = letter(user, about(born()), about(born()))
    assert "Birthdays" not in written.text + written.html


@pytest.mark.parametrize(
    ("people", "english", "german"),
    [
        (1, "Bo has a birthday today", "Bo hat heute Geburtstag"),
        (
            2,
            "Bo has a birthday today, and 1 more reminder",
            "Bo hat heute Geburtstag, dazu 1 weitere Erinnerung",
        ),
        (
            3,
            "Bo has a birthday today, and 2 more reminders",
            "Bo hat heute Geburtstag, dazu 2 weitere Erinnerungen",
        ),
    ],
)
def test_the_subject_says_the_first_thing_and_how_many_more(
    user: User, born: Born, people: int, english: str, german: str
) -> None:
    inside = [about(born(given="Bo", family="")) for _ in range(people)]
    assert letter(user, *inside).subject == english
    user.language = "de"
    assert letter(user, *inside).subject == german


def line(n: int, **fields: Any) -> Line:
    return Line(
        who=f"Given{n} Family{n}",
        what="turns 40 today",
        subject="turns",
        path=f"/contacts/{uuid4()}/",
        **fields,
    )


@pytest.mark.parametrize("n", [1, 10, 11, 60, 61, 700])
def test_everybody_is_named_however_many_they_are_and_no_mail_is_cut_off(user: User, n: int) -> None:
    lines = [
        line(
            it,
            facts=["You last talked on the phone on 3 May.", "2 promises of yours are open."],
            reach=[Reach("+49 30 1234", "tel:+49301234"), Reach("x@example.org", "mailto:x@example.org")],
            acts=[
                Act(word, f"https://example.org/act/{'x' * 120}/", "?do=done")
                for word in ("Done", "Talked", "On", "No")
            ],
        )
        for it in range(n)
    ]
    contents = Contents(TODAY, {"Birthdays": lines[: n // 2], "Dates": lines[n // 2 :]})
    written = letters.Draft(envelope(user), "en", contents, "https://example.org/u/").written()
    named = min(n, letters.WHOLE + letters.BRIEF + letters.NAMED)
    for part in (" ".join(written.text.split()), written.html):
        assert [it for it in range(named) if f"Given{it} Family{it}" not in part] == []
        assert part.count("You last talked") == min(n, letters.WHOLE)
        assert (f">{n - named} more<" in part or f", {n - named} more" in part) == (n > named)
    assert len(letters.message(envelope(user), written)) < HUNDRED_KB


def test_nothing_is_so_long_that_a_mail_is_cut_off(user: User, born: Born) -> None:
    novel = {"given": "ü" * 200, "family": "<&>" * 66, "suffix": "=" * 100}
    mail = letter(user, *(about(born(**novel)) for _ in range(30)))
    assert len(letters.message(envelope(user), mail)) < HUNDRED_KB
    assert len(mail.subject) < 200


# --- The text ----------------------------------------------------------------------------------------


def test_the_text_is_whole_by_itself_and_its_lines_are_short(user: User, born: Born) -> None:
    text = letter(user, *(about(born(given="Marie-Theres " * 5)) for _ in range(20))).text
    assert [it for it in text.splitlines() if len(it) > 78 and "://" not in it] == []
    assert not re.search(r"<|&\w+;|\n\n\n", text)
    assert text.count("http://localhost:8000/contacts/") == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("- Ann: " + "word " * 20, "- Ann: " + "word " * 13 + "word\n  " + "word " * 5 + "word"),
        ("  " + "word " * 20, "  " + "word " * 14 + "word\n  " + "word " * 4 + "word"),
        ("https://example.org/" + "x" * 100, "https://example.org/" + "x" * 100),
        ("x" * 100, "x" * 100),
    ],
)
def test_lines_go_on_under_their_beginning(text: str, expected: str) -> None:
    assert in_lines(text) == expected


# --- The HTML ----------------------------------------------------------------------------------------


class Balanced(HTMLParser):
    """Every element is closed where it should be, and nothing comes from elsewhere."""

    VOID = ("meta", "br", "base")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_html_is_whole_says_its_language_and_loads_nothing(
    user: User, born: Born, follow_up: MakeFollowUp, language: str
) -> None:
    user.language = language
    inside = [about(born(given="<b>&", family="\"'>")), about(follow_up())]
    html = letter(user, *inside, *(about(born()) for _ in range(80))).html
    found = Balanced(html)
    assert found.open == []
    assert ("lang", language) in found.attributes
    assert not {name for name, _ in found.attributes} & {"src", "background", "srcset", "onclick", "id"}
    assert not re.search(r"url\(|@import|<img|<script|<link", html)
    assert "<b>&" not in html


def test_every_element_looks_as_the_sheet_says_and_the_dark_knows_every_class() -> None:
    templates = "".join(
        path.read_text("utf-8") for path in (conf.settings.BASE_DIR / "templates/mail").glob("*.html")
    )
    used = {name for names in re.findall(r'{% looks "([^"]+)" %}', templates) for name in names.split()}
    used |= {"face", "f0", "f1", "f2"}
    assert used == set(LOOKS)
    dark = (conf.settings.BASE_DIR / "templates/mail/dark.css").read_text("utf-8")
    assert set(re.findall(r"\.([a-z]\w*)", dark)) <= used
    coloured = {name for name, style in LOOKS.items() if re.search(r"color: |background: ", style)}
    assert coloured - {"face", "f0", "f1", "f2"} <= set(re.findall(r"\.([a-z]\w*)", dark))


# --- Headers -----------------------------------------------------------------------------------------


NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200),
    st.sampled_from(
        [
            "Ann\r\nBcc: x@example.org",
            "=?utf-8?q?Bcc=3A_x?=",
            "\u202egnp",
            "👩‍👩‍👧‍👦" * 20,
            "x" * 200,
            ", <a@b.c>",
            "\x1b[31m",
        ]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_name=NAMES, family=NAMES)
def test_what_people_are_called_adds_nothing_to_the_headers(user: User, given_name: str, family: str) -> None:
    who = ContactFactory.build(owner=user, pk=1, given=given_name, family=family)
    subject = f"{who.display} has a birthday today"
    of_one = Contents(TODAY, {"Birthdays": [Line(who.display, "x", subject, "/", thread=given_name)]})
    raw = letters.message(
        envelope(user), letters.Draft(envelope(user), "en", of_one, "https://x.org/").written()
    )
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail.keys() == [*HEADERS[:5], "References", *HEADERS[5:]]
    assert str(mail["To"]) == user.email
    assert str(mail["Subject"])[:60].strip() == wire.one_line(subject)[:60].strip()
    assert not mail.defects
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_mail_carries_what_mail_programs_ask_for_and_nothing_else(user: User, born: Born) -> None:
    mail = received(user, about(born()))
    assert mail.keys() == HEADERS
    assert mail["List-Id"] == "<digest.localhost>"
    assert mail["Content-Language"] == "en"
    assert mail["X-Reminder-Id"] in mail["Message-ID"]


def test_answers_go_where_the_place_wants_them(user: User, born: Born, settings: Settings) -> None:
    settings.MAIL_REPLY_TO = "Hélène <answers@example.org>"
    assert str(received(user, about(born()))["Reply-To"]) == "Hélène <answers@example.org>"


def test_the_date_is_that_of_the_first_try(user: User, born: Born) -> None:
    email = envelope(user)
    email.first_try_at = NINE
    raw = letters.message(email, letters.write(email, [about(born())], NINE + A_WEEK))
    assert message_from_bytes(raw, policy=policy.default)["Date"].datetime == NINE


def test_single_mails_about_the_same_person_are_one_conversation(
    user: User, born: Born, follow_up: MakeFollowUp
) -> None:
    anna, bo = born(given="Anna"), born(given="Bo")
    single = [received(user, about(follow_up(contact=who)), kind="followup") for who in (anna, anna, bo)]
    first, second, other = (mail["References"] for mail in single)
    assert first == second != other
    assert single[0]["Subject"] == single[1]["Subject"]
    assert received(user, about(born()), kind="birthday")["References"] is None
    both = received(user, about(follow_up(contact=anna)), about(follow_up(contact=anna)))
    assert both["References"] is None


def test_only_a_local_part_beyond_ascii_asks_for_more_than_ascii(user: User, born: Born) -> None:
    mail = letters.write(envelope(user), [about(born(given="Jürgen 😀"))], NINE)
    assert letters.message(envelope(user), mail).isascii()


# --- Many at once ------------------------------------------------------------------------------------


def test_many_mails_ask_as_many_questions_as_a_few(born: Born) -> None:
    def asked(owners: Sequence[User]) -> int:
        mails = []
        for it in owners:
            email = envelopes.new(owner=it, recipient=it.email, day=TODAY, kind="digest", pk=it.pk)
            mails.append((email, [about(born(owner=it))]))
        with CaptureQueriesContext(connection) as queries:
            drafts = letters.drafts(mails, NINE)
        assert len({draft.written().text for draft in drafts.values()}) == len(owners)
        return len(queries)

    assert asked(UserFactory.create_batch(2)) == asked(UserFactory.create_batch(9))
