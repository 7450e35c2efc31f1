"""Lost, doubled, early, or sent to somebody else: the mail server's own log against the oracle."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from tests.faults.clock import Clock
    from tests.faults.oracle import Expected

TOKEN = re.compile(r"Q\d{6}z")


@dataclass
class Verdict:
    """What went wrong, by token or Message-ID; all empty if nothing did."""

    lost: list[str] = field(default_factory=list)
    # In more than one mail that was accepted.
    told_twice: list[str] = field(default_factory=list)
    # The same mail accepted more than once.
    mailed_twice: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    # Nobody expected it, or it went to somebody else.
    wrong: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.told_twice or self.mailed_twice or self.early or self.wrong)

    def __str__(self) -> str:
        bad = {name: rows for name, rows in vars(self).items() if rows and name != "late"}
        return "; ".join(f"{len(rows)} {name}: {rows[:5]}" for name, rows in bad.items()) or "clean"


def lines(path: Path) -> list[dict[str, Any]]:
    """What the server wrote down so far; a line it is just writing is for the next look."""
    return [json.loads(line) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


def judge(
    log: Iterable[Mapping[str, Any]],
    expected: Mapping[str, Expected],
    clock: Clock,
    *,
    held: Collection[str] = (),
) -> Verdict:
    """`held`: whose mail may have reached its owner, who is told so. They need not be in the log."""
    verdict = Verdict()
    mails: dict[str, int] = Counter()
    told: dict[str, int] = Counter()
    first: dict[str, float] = {}
    readers: dict[str, set[str]] = defaultdict(set)
    for mail in log:
        mails[mail["id"]] += 1
        for token in set(TOKEN.findall(mail["text"])):
            told[token] += 1
            first.setdefault(token, mail["at"])
            readers[token].update(mail["to"])
    verdict.mailed_twice = sorted(name for name, times in mails.items() if times > 1)
    verdict.told_twice = sorted(token for token, times in told.items() if times > 1)
    verdict.lost = sorted(token for token in expected if token not in told and token not in held)
    for token, at in first.items():
        it = expected.get(token)
        if it is None or readers[token] != {it.owner}:
            verdict.wrong.append(token)
            continue
        lateness = (clock.at(at) - it.due).total_seconds()
        if lateness < 0:
            verdict.early.append(token)
        verdict.late.append(lateness)
    return verdict
