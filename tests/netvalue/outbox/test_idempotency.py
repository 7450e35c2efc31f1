from __future__ import annotations

import pytest

from netvalue.outbox.idempotency import Idempotency, parse
from netvalue.outbox.times import Times

# What stands in each mail, or would send it elsewhere or break it.
TAKEN = [
    *("Subject", "from", "Content-Type", "content-language", "MIME-Version", "List-Unsubscribe", "List-Id"),
    *(
        "List-Unsubscribe-Post",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Bcc",
        "Cc",
        "Sender",
        "Received",
    ),
    *("Return-Path", "DKIM-Signature", "ARC-Seal", "Authentication-Results", "Resent-To", "In-Reply-To"),
    "X-MJ-CustomID",
]
MAIL = b"Subject: Hello\r\n\r\nHello\r\n"


def test_mails_have_no_key_unless_the_relay_knows_one() -> None:
    assert parse("", Times()) is None


def test_the_header_and_its_time_are_named() -> None:
    assert parse("Resend-Idempotency-Key:86400", Times()) == Idempotency("Resend-Idempotency-Key", 86400)
    assert parse("X-Key:20", Times(lease=3, body=4, frozen=1, grace=900)) == Idempotency("X-Key", 20)


@pytest.mark.parametrize(
    "name", ["Idempotency-Key", "idempotencyKey", "X-PM-Idempotency", "X-Listed", "Contents"]
)
def test_any_other_word_names_the_header(name: str) -> None:
    assert parse(f"{name}:86400", Times()) == Idempotency(name, 86400)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Resend-Idempotency-Key", "must name a header and for how many seconds"),
        ("Resend-Idempotency-Key:", "must name a header"),
        ("Resend-Idempotency-Key:a day", "must name a header"),
        ("Resend Key:86400", "must name a header"),
        ("Key:\r\nBcc: x:86400", "must name a header"),
        ("Key:86400\n", "must name a header"),
        ("Message-ID:86400", "must name a header"),
        ("X-Reminder-Id:86400", "must name a header"),
        *((f"{name}:86400", "must name a header") for name in TAKEN),
        # Brevo's quarter of an hour is enough, the time of one conversation is not.
        ("idempotencyKey:720", "720 seconds are over before a mail can come again; more than 720 are needed"),
    ],
)
def test_a_wrong_one_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(text, Times())


def test_the_key_names_these_very_bytes() -> None:
    known = Idempotency("X-Key", 86400)
    keyed = known.keyed("<abc@example.org>", MAIL)
    first, _, rest = keyed.partition(b"\r\n")
    assert rest == MAIL
    assert first.startswith(b"X-Key: abc-")
    assert keyed == known.keyed("<abc@example.org>", MAIL)
    others = {known.keyed("<abc@example.org>", MAIL + b"."), known.keyed("<abd@example.org>", MAIL)}
    assert not {other.partition(b"\r\n")[0] for other in others} & {first}
