"""What must stand in the database after people have answered while programs were killed, and what does.

An answer counts as told when the server said so (303). Of each question the row must hold the last answer
that was told, or one that its person sent later and never heard back about: the connection broke, and it may
have arrived. Nothing else may be there, and nothing twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Sent:
    """One answer as it was sent, however often; told as soon as one of its sendings was acknowledged."""

    value: str | None
    note: str
    told: bool = False


@dataclass
class Begun:
    """One check as the person knows it who takes it."""

    uid: str
    owner: str
    answers: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    finish_sent: bool = False
    finish_told: bool = False


@dataclass(frozen=True)
class Row:
    """One check as it stands in the database; its answers as question, value and note."""

    uid: str
    owner: str
    finished: bool
    answers: tuple[tuple[str, str | None, str], ...]


@dataclass(frozen=True)
class Fault:
    """Something that is not as it must be."""

    kind: str
    what: str


def faults(begun: Iterable[Begun], rows: Iterable[Row]) -> list[Fault]:
    rows = list(rows)
    known = {check.uid: check for check in begun}
    times = Counter(row.uid for row in rows)
    found = [Fault("doubled", f"check {uid} stands there {n} times") for uid, n in times.items() if n > 1]
    for row in rows:
        check = known.get(row.uid)
        if check is None or check.owner != row.owner:
            found.append(Fault("invented", f"nobody who is {row.owner} began {row.uid}"))
        else:
            found += _of_a_check(check, row)
    stored = {row.uid for row in rows}
    for check in known.values():
        if check.uid not in stored:
            nothing = Row(check.uid, check.owner, finished=False, answers=())
            found += _of_a_check(check, nothing, stored=False)
    return found


def _of_a_check(check: Begun, row: Row, *, stored: bool = True) -> list[Fault]:
    found = []
    if check.finish_told and not row.finished:
        found.append(Fault("lost", f"the end of {check.uid}"))
    if row.finished and not check.finish_sent:
        found.append(Fault("invented", f"the end of {check.uid}"))
    if stored and not row.answers:
        found.append(Fault("invented", f"{check.uid} without an answer"))
    times = Counter(question for question, _, _ in row.answers)
    found += [Fault("doubled", f"{question} of {check.uid}") for question, n in times.items() if n > 1]
    there = {question: (value, note) for question, value, note in row.answers}
    for question in check.answers.keys() | there.keys():
        found += _of_a_question(
            f"{question} of {check.uid}", check.answers.get(question, []), there.get(question)
        )
    return found


def _of_a_question(what: str, sent: list[Sent], there: tuple[str | None, str] | None) -> list[Fault]:
    told = [position for position, answer in enumerate(sent) if answer.told]
    if there is None:
        return [Fault("lost", what)] if told else []
    possible = sent[told[-1] :] if told else sent
    if there in [(answer.value, answer.note) for answer in possible]:
        return []
    kind = "lost" if there in [(answer.value, answer.note) for answer in sent] else "invented"
    return [
        Fault(kind, f"{what} says {there}, and the last that was told was {sent[told[-1]] if told else None}")
    ]
