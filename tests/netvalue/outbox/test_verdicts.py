from __future__ import annotations

import pytest

from netvalue.outbox.verdicts import Answer, Phase, Verdict, pause_seconds, unnamed, verdict, wait_seconds


@pytest.mark.parametrize(
    ("phase", "code", "known"),
    [
        (Phase.BODY, 250, Verdict.SENT),
        (Phase.BODY, 451, Verdict.LATER),
        (Phase.BODY, 421, Verdict.LATER),
        (Phase.BODY, 554, Verdict.REFUSED),
        (Phase.BODY, None, Verdict.UNKNOWN),
        (Phase.BODY, -1, Verdict.UNKNOWN),
        (Phase.BODY, 354, Verdict.UNKNOWN),
        (Phase.DATA, 451, Verdict.LATER),
        (Phase.DATA, 554, Verdict.REFUSED),
        (Phase.DATA, None, Verdict.AWAY),
        (Phase.RCPT, 450, Verdict.LATER),
        (Phase.RCPT, 550, Verdict.REFUSED),
        (Phase.RCPT, 421, Verdict.AWAY),
        (Phase.RCPT, None, Verdict.AWAY),
        (Phase.MAIL, 550, Verdict.AWAY),
        (Phase.MAIL, 451, Verdict.AWAY),
        (Phase.CONNECT, None, Verdict.AWAY),
        (Phase.CONNECT, 535, Verdict.AWAY),
    ],
)
def test_what_an_answer_means(phase: Phase, code: int | None, known: Verdict) -> None:
    assert verdict(Answer(phase, code, "")) is known


def test_waiting_grows_to_an_hour_and_is_spread() -> None:
    middle = [round(wait_seconds(tries, 451, 0.5) / 60) for tries in range(1, 9)]
    assert middle == [1, 5, 15, 30, 60, 60, 60, 60]
    assert [round(wait_seconds(1, 451, chance)) for chance in (0, 1)] == [48, 72]
    assert round(wait_seconds(1, 432, 1)) == 672


def test_a_server_that_is_away_is_left_alone_for_at_most_five_minutes() -> None:
    assert [pause_seconds(pauses) for pauses in (0, 1, 2, 3, 4, 5, 100)] == [30, 30, 60, 120, 240, 300, 300]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("421 4.7.0 <ann@example.org> too many", "421 4.7.0 … too many"),
        ("from=ann@example.org, to=bo@example.org", "… …"),
        ("Connection refused", "Connection refused"),
    ],
)
def test_a_servers_words_are_logged_without_addresses(said: str, shown: str) -> None:
    assert unnamed(said) == shown
