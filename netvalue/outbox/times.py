"""How long a sender waits, holds a mail and doubts: what EMAIL_TIMES says, in seconds.

Each follows from the one before: the relay may take ten minutes for its last word, a lease outlives that, and
a mail counts as absent only when no sender can bring it any more.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Times:
    """All of them; the defaults are those of RFC 5321 4.5.3.2."""

    # To open a connection, and for each answer up to the body.
    connect: float = 10
    command: float = 60
    # For the last word: a server may take ten minutes to answer the final dot.
    body: float = 600
    # Who stood still that long between asking for the fence and the body may have lost the lease.
    frozen: float = 30
    # How long a claimed mail is its sender's, before and after the fence.
    lease: float = 120
    body_lease: float = 660
    # From when on a mail that a probe does not find was surely not accepted.
    grace: float = 900
    # How long a mail server may wait between two tries to bring somebody a copy (Postfix: 70 minutes, Exim: 6
    # hours): a copy that is not there may be on its way for that long after others arrived.
    copies: float = 25_200
    # How long a provider may wait between two tries to tell us something (most an hour or four, a few ten).
    events: float = 36_000
    # A connection is used that long, and asked whether it is still there after that much silence.
    connection: float = 300
    idle: float = 30

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 < getattr(self, field.name) <= 86_400:
                raise ValueError(f"EMAIL_TIMES: {field.name} must be more than 0 and at most a day")
        for shorter, longer in (
            ("frozen", "lease"),
            ("body", "body_lease"),
            ("body", "grace"),
            ("body_lease", "grace"),
        ):
            if getattr(self, shorter) >= getattr(self, longer):
                raise ValueError(f"EMAIL_TIMES: {longer} must be longer than {shorter}")


def parse(text: str) -> Times:
    """`lease=120 grace=900`: what is named, the rest as usual. A ValueError says what is wrong."""
    known = {field.name for field in fields(Times)}
    said: dict[str, float] = {}
    for part in text.split():
        name, _, value = part.partition("=")
        if name not in known:
            raise ValueError(f"EMAIL_TIMES knows no {name!r}; there are {', '.join(sorted(known))}")
        try:
            said[name] = float(value)
        except ValueError:
            raise ValueError(f"EMAIL_TIMES: {name} must be a number of seconds, such as {name}=120") from None
    return Times(**said)
