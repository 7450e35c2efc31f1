"""The clock of a run: business time, which passes so many times faster than the clock on the wall.

Postgres tells it (functions of its own before those of the catalogue), so every lease, wait and due hour of
the engine is scaled at once, without a line in the product. It never goes back; a jump is a new segment.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# `statement_timestamp()` is what Django's Now() says.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION public.{name}() RETURNS timestamptz LANGUAGE sql {volatility} AS $clock$
    SELECT to_timestamp({base}) + (pg_catalog.{name}() - to_timestamp({real})) * {factor}
$clock$;
"""


@dataclass(frozen=True)
class Segment:
    """From this second on the wall, business time was this and went that fast."""

    real: float
    base: float
    factor: float

    def at(self, real: float) -> float:
        return self.base + (real - self.real) * self.factor


@dataclass
class Clock:
    """Business time as it was told, segment by segment."""

    segments: list[Segment] = field(default_factory=list)

    def start(self, base: datetime, factor: float) -> None:
        self.segments = [Segment(time.time(), base.timestamp(), factor)]

    def jump(self, by: timedelta) -> None:
        now, last = time.time(), self.segments[-1]
        self.segments.append(Segment(now, last.at(now) + by.total_seconds(), last.factor))

    def at(self, real: float) -> datetime:
        """What business time was, at a second on the wall."""
        told = [segment for segment in self.segments if segment.real <= real] or self.segments[:1]
        return datetime.fromtimestamp(told[-1].at(real), UTC)

    def now(self) -> datetime:
        return self.at(time.time())

    def write(self, place: Path) -> None:
        part = place / "clock.part"
        part.write_text(json.dumps([asdict(segment) for segment in self.segments]))
        part.rename(place / "clock.json")

    @classmethod
    def read(cls, place: Path) -> Clock:
        return cls([Segment(**segment) for segment in json.loads((place / "clock.json").read_text())])

    def sql(self) -> str:
        last = self.segments[-1]
        return "".join(
            FUNCTIONS.format(
                name=name, volatility=volatility, base=last.base, real=last.real, factor=last.factor
            )
            for name, volatility in (
                ("clock_timestamp", "VOLATILE"),
                ("statement_timestamp", "STABLE"),
                ("now", "STABLE"),
            )
        )
