from __future__ import annotations

from datetime import date

from netvalue.outbox.mailid import message_id


def name(**changes: str) -> str:
    what = {"recipient": "ann@example.org", "kind": "digest", "topic": "", "domain": "net.example"} | changes
    return message_id("key", day=date(2026, 5, 5), **what)


def test_the_same_mail_has_the_same_name_for_ever() -> None:
    assert name() == "<uc7pmt27cs5ceed3lwznbrilrqfnp5py@net.example>"
    assert name(recipient="Ann@Example.org") == name()


def test_another_recipient_kind_or_topic_is_another_mail() -> None:
    assert len({name(), name(recipient="bo@example.org"), name(kind="birthday"), name(topic="7")}) == 4


def test_the_name_does_not_tell_the_address() -> None:
    assert "ann" not in name()
