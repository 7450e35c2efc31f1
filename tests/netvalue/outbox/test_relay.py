from __future__ import annotations

import pytest

from netvalue.outbox.relay import Relay, Tls, parse


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        (
            "smtps://user:secret@mail.example.org",
            Relay("mail.example.org", 465, Tls.IMPLICIT, "user", "secret"),
        ),
        ("smtp://mail.example.org", Relay("mail.example.org", 25, Tls.NONE)),
        ("smtp://localhost:1025/", Relay("localhost", 1025, Tls.NONE)),
        (
            "smtp://user%40x.org:p%2Fw%3A@mail.example.org:587/?tls=starttls",
            Relay("mail.example.org", 587, Tls.STARTTLS, "user@x.org", "p/w:"),
        ),
        # A password never travels in the clear unless somebody says so.
        (
            "smtp://user:secret@mail.example.org",
            Relay("mail.example.org", 587, Tls.STARTTLS, "user", "secret"),
        ),
        (
            "smtp://user:secret@mail.example.org/?tls=none",
            Relay("mail.example.org", 25, Tls.NONE, "user", "secret"),
        ),
        ("smtp://[::1]:2525", Relay("::1", 2525, Tls.NONE)),
        (
            "smtps://mail.example.org/?ca=/etc/ssl/own.pem",
            Relay("mail.example.org", 465, Tls.IMPLICIT, ca="/etc/ssl/own.pem"),
        ),
    ],
)
def test_what_an_address_of_a_mail_server_means(url: str, relay: Relay) -> None:
    assert parse(url) == relay


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mail.example.org", "must look like"),
        ("http://mail.example.org", "must look like"),
        ("smtp://", "must look like"),
        ("smtp://mail.example.org/path", "must look like"),
        ("smtp://[::1", "must look like"),
        ("smtp://u:secret@mail.example.org:99999", "not a number from 1 to 65535"),
        ("smtp://u:secret@mail.example.org:port", "not a number from 1 to 65535"),
        ("smtp://u:secret@mail.example.org/?tls=maybe", "tls is starttls or none"),
        ("smtps://u:secret@mail.example.org/?tls=none", "tls is starttls or none"),
        ("smtp://u:secret@mail.example.org/?ssl=1", "an option we do not know: ssl"),
    ],
)
def test_a_wrong_one_is_refused_with_a_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        parse(url)
    assert "secret" not in str(refusal.value)
