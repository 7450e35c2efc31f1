from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from netvalue.outbox.archive import Archive
from netvalue.outbox.events import Events
from netvalue.outbox.postfix_log import PostfixLog
from netvalue.outbox.probes import parse
from netvalue.outbox.relay import Tls


def test_nobody_is_asked_unless_somebody_says_whom() -> None:
    assert parse("") is None


@pytest.mark.parametrize(
    ("url", "probe"),
    [
        ("postfix-log:/var/log/mail.log", PostfixLog(Path("/var/log/mail.log"))),
        (
            "postfix-log:/var/log/mail.log?zone=Europe/Berlin",
            PostfixLog(Path("/var/log/mail.log"), ZoneInfo("Europe/Berlin")),
        ),
        (
            "imaps://me%40x.org:p%2Fw@mail.example.org/Copies?copy=copies@example.org",
            Archive("mail.example.org", 993, Tls.IMPLICIT, "me@x.org", "p/w", "Copies", "copies@example.org"),
        ),
        (
            "imap://me:secret@localhost:1143?copy=copies@example.org",
            Archive("localhost", 1143, Tls.NONE, "me", "secret", "INBOX", "copies@example.org"),
        ),
        (
            "events://us:0123456789%40abcdef@postmark",
            Events("postmark", "us", "0123456789@abcdef"),
        ),
        (
            "events://us:0123456789abcdef@mailgun/?key=key-1",
            Events("mailgun", "us", "0123456789abcdef", "key-1"),
        ),
    ],
)
def test_what_the_name_of_a_witness_means(url: str, probe: object) -> None:
    assert parse(url) == probe


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/var/log/mail.log", "must look like"),
        ("postfix-log:mail.log", "must look like"),
        ("postfix-log:/var/log/mail.log?zone=Berlin", "must be a time zone"),
        ("postfix-log:/var/log/mail.log?since=1", "an option we do not know: since"),
        ("imaps://u:secret@", "must look like"),
        ("imaps://mail.example.org?copy=a@b.org", "must look like"),
        ("imaps://u:secret@mail.example.org", "needs copy=ADDRESS"),
        ("imaps://u:secret@mail.example.org?copy=a@b.org&x=1", "an option we do not know: x"),
        ("imap://u:secret@mail.example.org?copy=a@b.org", "without encryption"),
        ("events://us:secret@postmark", "at least 16 characters"),
        ("events://postmark", "must look like"),
        ("events://us:secret-secret-secret@sendmail", "knows amazon-ses, brevo, mailgun"),
        ("events://us:secret-secret-secret@mailgun", "needs key=ITS WEBHOOK SIGNING KEY"),
        ("events://us:secret-secret-secret@brevo?key=secret", "mailgun, and nobody else"),
        ("events://us:secret-secret-secret@brevo?copy=a@b.org", "an option we do not know: copy"),
        ("imaps://u:secret@mail.example.org:port?copy=a@b.org", "must look like"),
        ("imaps://u:secret%C3%A4@mail.example.org?copy=a@b.org", "plain ASCII"),
        ("imaps://u:secret@mail.example.org/Kopien%20f%C3%BCr%20uns?copy=a@b.org", "plain ASCII"),
    ],
)
def test_a_wrong_one_is_refused_with_a_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        parse(url)
    assert "secret" not in str(refusal.value)
