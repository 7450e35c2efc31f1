"""When a local hour of a local day is, found by walking along UTC and reading the clock on the wall.

Nothing of the planner's is used: a zone is cut into the pieces of UTC in which its clocks are not touched,
and an hour is looked for in each. What is documented about skipped and repeated hours is said here once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400
HOUR = 3600


def seconds(moment: datetime) -> int:
    return round((moment - EPOCH).total_seconds())


@dataclass(frozen=True, slots=True)
class Turn:
    """Clocks are changed: the first second of the new offset, and both offsets in seconds."""

    at: int
    before: int
    after: int

    @property
    def days(self) -> tuple[date, date]:
        """The local days on which it happens, before and after."""
        return date_of(self.at - 1 + self.before), date_of(self.at + self.after)


def date_of(local: int) -> date:
    return date(1970, 1, 1) + timedelta(days=local // DAY)


class WallClock:
    """The clock on a wall somewhere, between two years."""

    def __init__(self, name: str, first: int, last: int, *, step: int = DAY) -> None:
        self.name = name
        self._zone = ZoneInfo(name)
        self.begin = seconds(datetime(first, 1, 1, tzinfo=UTC)) - 7 * DAY
        self.end = seconds(datetime(last + 1, 1, 1, tzinfo=UTC)) + 7 * DAY
        self.turns = tuple(self._walk(step))
        edges = [self.begin, *(turn.at for turn in self.turns), self.end]
        offsets = [self._offset(edge) for edge in edges[:-1]]
        self.pieces = list(zip(edges, edges[1:], offsets, strict=False))

    def _offset(self, second: int) -> int:
        there = datetime.fromtimestamp(second, self._zone).utcoffset()
        assert there is not None
        return round(there.total_seconds())

    def _walk(self, step: int) -> Iterator[Turn]:
        offset = self._offset(self.begin)
        for second in range(self.begin, self.end, step):
            if (now := self._offset(second)) != offset:
                early, late = second - step, second
                while late - early > 1:
                    middle = (early + late) // 2
                    early, late = (early, middle) if self._offset(middle) != offset else (middle, late)
                yield Turn(late, offset, self._offset(late))
                offset = now

    def local(self, moment: datetime) -> datetime:
        """What the clock and the calendar on the wall say."""
        return datetime.fromtimestamp(seconds(moment), self._zone).replace(tzinfo=None)

    def shown(self, wall: int) -> list[int]:
        """Every second of UTC at which the wall shows this."""
        return [wall - offset for begin, end, offset in self.pieces if begin <= wall - offset < end]

    def moment(self, day: date, hour: int) -> datetime:
        """When it is that hour of that day: the first time; a skipped one later, else earlier, on its day."""
        wall = (day - date(1970, 1, 1)).days * DAY + hour * HOUR
        shown = self.shown(wall)
        return EPOCH + timedelta(seconds=min(shown) if shown else self._skipped(wall))

    def _skipped(self, wall: int) -> int:
        (turn,) = (turn for turn in self.turns if turn.at + turn.before <= wall < turn.at + turn.after)
        gap = turn.after - turn.before
        for moved in (wall + gap, wall - gap):
            if date_of(moved) == date_of(wall) and (shown := self.shown(moved)):
                return min(shown)
        return turn.at
