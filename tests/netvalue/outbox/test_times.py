from __future__ import annotations

import pytest

from netvalue.outbox.times import Times, parse


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("", Times()),
        (
            "lease=3 frozen=1 grace=4.5 body=2 body_lease=3",
            Times(lease=3, frozen=1, grace=4.5, body=2, body_lease=3),
        ),
    ],
)
def test_what_is_named_differs_and_the_rest_is_as_usual(text: str, times: Times) -> None:
    assert parse(text) == times


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("leese=3", "knows no 'leese'; there are body, body_lease"),
        ("lease", "lease must be a number of seconds"),
        ("lease=nan", "lease must be more than 0"),
        ("lease=0", "lease must be more than 0"),
        ("grace=500", "grace must be longer than body"),
        ("grace=650", "grace must be longer than body_lease"),
        ("body_lease=600", "body_lease must be longer than body"),
        ("frozen=120", "lease must be longer than frozen"),
    ],
)
def test_times_in_which_a_mail_could_leave_twice_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(text)
