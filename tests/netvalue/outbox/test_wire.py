"""What goes over the wire comes out as it went in, whatever people are called."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netvalue.outbox import wire

if TYPE_CHECKING:
    from email.message import EmailMessage

EXPECTED = ["From", "To", "Subject", "List-Id", "MIME-Version", "Content-Type"]
NASTY = st.one_of(
    st.text(),
    st.text(alphabet="ab =?_\r\n\t\0\x0b\x85\u2028\u202e\u2066ü😀\u200d:;,<>@\"'.-", max_size=120),
    st.sampled_from(
        [
            "Ann\r\nBcc: all@example.org",
            "Ann\n\n<html>body",
            "=?utf-8?q?Ann=0D=0ABcc=3A_all=40example=2Eorg?=",
            "=?utf-8?b?QmNjOiBh?= =?utf-8?b?QmNjOiBh?=",
            "=?utf-8?q?half",
            "\u202egnp.exe",
            "ü" * 400,
            "a" * 2000,
            "👩‍👩‍👧‍👦 " * 60,
            "\ud800lone",
            "\x1b[31mred",
            "Ann\u2028Bcc: x",
            "",
        ]
    ),
)


def received(subject: str, text: str = "text", html: str = "<p>html</p>") -> tuple[bytes, EmailMessage]:
    headers = {
        "From": wire.mailbox("NetValue <netvalue@example.org>"),
        "To": "person@example.org",
        "Reply-To": "",
        "Subject": wire.words("Subject", subject),
        "List-Id": wire.words("List-Id", f"{subject} <digest.example.org>"),
    }
    raw = wire.written(headers, text, html)
    return raw, message_from_bytes(raw, policy=policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@given(NASTY)
@example("Bcc: x@example.org")
@example("x" * 998)
@example("x \r\n\r\n y")
def test_a_name_adds_no_header_and_is_read_as_it_was_written(name: str) -> None:
    _raw, mail = received(f"{name} turns 40 today")
    assert mail.keys() == EXPECTED
    assert str(mail["Subject"]) == wire.one_line(f"{name} turns 40 today")
    assert not mail.defects
    assert body(mail, "plain") == "text\n"


@given(NASTY)
def test_every_line_of_the_wire_has_its_end_and_is_short_enough(name: str) -> None:
    raw, _mail = received(name, name, f"<p>{name}</p>")
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.isascii()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")))
def test_the_text_comes_out_as_it_went_in(text: str) -> None:
    _raw, mail = received("x", text, text)
    assert [body(mail, kind).rstrip() for kind in ("plain", "html")] == [text.rstrip()] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna  Berg ", "Anna Berg"),
        ("Anna\r\nBcc: x", "Anna Bcc: x"),
        ("a\0b\x1bc\x7fd", "abcd"),
        ("\u202etfel\u202c", "tfel"),
        ("שלום", "שלום"),
        ("👩‍👧", "👩‍👧"),
    ],
)
def test_on_one_line_nothing_misleads(text: str, expected: str) -> None:
    assert wire.one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NetValue <a@example.org>", "NetValue <a@example.org>"),
        ("a@example.org", "a@example.org"),
        ("Müller & Söhne <a@example.org>", "=?utf-8?b?TcO8bGxlciAmIFPDtmhuZQ==?= <a@example.org>"),
        ('"Berg, Anna" <a@example.org>', '"Berg, Anna" <a@example.org>'),
        ("A\r\nBcc: b@example.org <a@example.org>", ""),
    ],
)
def test_a_mailbox_is_written_as_the_standard_wants(text: str, expected: str) -> None:
    if expected:
        assert wire.mailbox(text) == expected
    else:
        assert "\n" not in wire.mailbox(text)
