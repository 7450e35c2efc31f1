"""Encrypted mail servers: what is secret is said to the right one only, or not at all."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from netvalue.outbox.models import Attempt, Email, PumpState
from netvalue.outbox.relay import Relay, Tls
from tests.netvalue.outbox.sink import Server, Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django import Settings

    from contacts.models import Contact

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("morning"),
    # The sink knows of STARTTLS alone that a line is encrypted.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

PASSWORD = "a secret nobody hears"


class Encrypted(SinkController):
    """The sink behind TLS, which wants a name and a password."""

    def __init__(self, sink: Sink, context: ssl.SSLContext, tls: Tls) -> None:
        super().__init__(sink)
        self.tls = tls
        self.context = context
        self.asked: list[bytes] = []
        if tls is Tls.IMPLICIT:
            self.ssl_context = context

    def factory(self) -> Any:
        return Server(
            self.handler,
            hostname="sink.test",
            enable_SMTPUTF8=True,
            data_size_limit=200_000,
            authenticator=self.lets_in,
            auth_required=True,
            auth_require_tls=self.tls is Tls.STARTTLS,
            tls_context=self.context if self.tls is Tls.STARTTLS else None,
        )

    def lets_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.asked.append(data.password)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def own(authority: trustme.CA, tmp_path: Path) -> str:
    """The file that EMAIL_URL's `ca` names."""
    path = tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@contextmanager
def server(authority: trustme.CA, tls: Tls, name: str = "127.0.0.1") -> Iterator[tuple[Sink, Encrypted]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    sink = Sink()
    controller = Encrypted(sink, context, tls)
    controller.start()
    try:
        yield sink, controller
    finally:
        controller.stop()


def to(sink: Sink, tls: Tls, ca: str = "", password: str = PASSWORD) -> Relay:
    return Relay("127.0.0.1", sink.port, tls, "me", password, ca)


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_a_mail_leaves_encrypted_after_signing_in(
    authority: trustme.CA, own: str, settings: Settings, born: Born, pump: Pump, tls: Tls
) -> None:
    born()
    with server(authority, tls) as (sink, controller):
        settings.EMAIL_RELAY = to(sink, tls, own)
        assert pump() == 1
        assert len(sink.accepted) == 1
        assert controller.asked == [PASSWORD.encode()]


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
@pytest.mark.parametrize(("name", "trusts_it"), [("127.0.0.1", False), ("mail.example.org", True)])
def test_a_server_that_cannot_prove_who_it_is_hears_nothing(
    authority: trustme.CA,
    own: str,
    settings: Settings,
    born: Born,
    pump: Pump,
    tls: Tls,
    name: str,
    trusts_it: bool,  # noqa: FBT001 -- a column of the table above
) -> None:
    born()
    with server(authority, tls, name) as (sink, controller):
        settings.EMAIL_RELAY = to(sink, tls, own if trusts_it else "")
        assert pump() == 0
        assert (sink.accepted, controller.asked) == ([], [])
    assert "CERTIFICATE_VERIFY_FAILED" in PumpState.objects.get().pause_reason
    assert Email.objects.values_list("state", "tries").get() == ("pending", 0)


def test_where_encryption_was_taken_away_on_the_wire_nothing_is_said_in_clear(
    sink: Sink, settings: Settings, born: Born, pump: Pump
) -> None:
    born()
    settings.EMAIL_RELAY = to(sink, Tls.STARTTLS)
    assert pump() == 0
    assert (sink.accepted, sink.envelopes) == ([], [])
    assert "STARTTLS" in PumpState.objects.get().pause_reason


def test_a_wrong_password_stops_everybody_visibly_and_is_written_nowhere(
    authority: trustme.CA, own: str, settings: Settings, born: Born, pump: Pump
) -> None:
    born()
    with server(authority, Tls.STARTTLS) as (sink, _controller):
        settings.EMAIL_RELAY = to(sink, Tls.STARTTLS, own, password="wrong and secret")
        assert pump() == 0
        assert sink.accepted == []
    state = PumpState.objects.get()
    assert state.pauses == 1
    assert state.pause_reason.startswith("535")
    written = [state.pause_reason, *Email.objects.values_list("reply", flat=True)]
    written += Attempt.objects.values_list("reply", flat=True)
    assert not [text for text in written if "wrong and secret" in text]
    assert Email.objects.values_list("state", "tries").get() == ("pending", 0)


def test_an_authority_that_is_not_there_stops_everybody_visibly(
    authority: trustme.CA, settings: Settings, born: Born, pump: Pump
) -> None:
    born()
    with server(authority, Tls.IMPLICIT) as (sink, _controller):
        settings.EMAIL_RELAY = to(sink, Tls.IMPLICIT, "/nowhere/own.pem")
        assert pump() == 0
    assert "FileNotFoundError" in PumpState.objects.get().pause_reason


class Small(SinkController):
    """A server that takes short mails only."""

    def factory(self) -> Any:
        return Server(self.handler, hostname="sink.test", enable_SMTPUTF8=True, data_size_limit=500)


def test_a_mail_beyond_what_the_server_takes_is_refused_before_it_is_sent(
    settings: Settings, born: Born, pump: Pump
) -> None:
    born()
    sink = Sink()
    controller: Controller = Small(sink)
    controller.start()
    try:
        settings.EMAIL_RELAY = sink.relay
        assert pump() == 0
    finally:
        controller.stop()
    assert sink.accepted == []
    email = Email.objects.get()
    assert (email.state, email.data_at) == ("failed", None)
    assert email.reply == "552 5.3.4 the mail server takes no mail beyond 500 bytes"
    assert PumpState.objects.get().pauses == 0, "nobody else's mail waits for that"
