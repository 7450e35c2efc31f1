"""One run: a database of its own, a mail server, workers, a clock, and at the end a judge."""

from __future__ import annotations

import json
import socket
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.faults import judge, oracle
from tests.faults.clock import Clock
from tests.faults.scale import Scale
from tests.faults.services import TEMPLATE
from tests.faults.waiting import until
from tests.faults.workers import Order

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tests.faults.judge import Verdict
    from tests.faults.services import Services
    from tests.faults.workers import Nursery, Worker
    from tests.faults.world import World

# In one statement: what is planned between two of them would be in neither.
UNFINISHED = """
SELECT (SELECT count(*) FROM outbox_email WHERE state IN ('pending', 'sending') OR (state = 'unknown' AND %s))
     + (SELECT count(*) FROM outbox_schedule WHERE next_at <= clock_timestamp())
     + (SELECT count(*) FROM outbox_occurrence
         WHERE email_id IS NULL AND ended = '' AND look_at <= clock_timestamp())
"""
# Put off by hours, and not because the mail server said so.
_PUT_OFF = """
FROM outbox_email
WHERE state = 'pending' AND reply = '' AND next_try_at > clock_timestamp() + interval '90 minutes'
"""
PUT_OFF = f"SELECT count(*) {_PUT_OFF}"
MORNING = f"SELECT max(next_try_at) - clock_timestamp() + interval '1 minute' {_PUT_OFF}"


class Stage:
    """Everything that one run needs; `close()` leaves nothing running."""

    def __init__(self, services: Services, nursery: Nursery, place: Path, name: str) -> None:
        self.services = services
        self.nursery = nursery
        self.place = place
        self.database = name
        self.clock = Clock()
        self.scale = Scale()
        self.settings: dict[str, Any] = {}
        self.mutant = ""
        # Whether the mail server's log may be asked what became of a mail.
        self.probe = False
        self.world: World | None = None
        # When the last of what it waits for is due.
        self.over = datetime.now(UTC)
        self.workers: list[Worker] = []
        self.numbers: Counter[str] = Counter()
        # What was done to this run, to be told and asserted.
        self.done: Counter[str] = Counter()
        self.port = free_port()
        self.sink: Worker | None = None
        place.mkdir(parents=True)
        services.copy(TEMPLATE, name)
        services.broker().flushall()

    # --- The world and its clock ---------------------------------------------------------------------

    def begin(self, world: World, *, sink: bool = True) -> None:
        """Everybody is typed in at the world's beginning, and then the clock starts there."""
        self.world = world
        self.over = max(it.due for it in oracle.expected(world, world.began + timedelta(hours=20)).values())
        if sink:
            self.sink_up()
        self.clock.start(world.began, factor=0)
        self.set_clock()
        self.deed("tests.faults.seeding:seed", world=world.as_json(), now=world.began.timestamp())
        self.clock.start(world.began, self.scale.factor)
        self.set_clock()

    def jump(self, by: timedelta) -> None:
        self.clock.jump(by)
        self.set_clock()

    def set_clock(self) -> None:
        self.clock.write(self.place)
        with self.services.admin(self.database) as connection:
            connection.execute(self.clock.sql())

    # --- The mail server -----------------------------------------------------------------------------

    def sink_up(self) -> None:
        for name in ("accepted.jsonl", "faults.jsonl", "asked.jsonl", "mail.log"):
            (self.place / name).touch()
        self.sink = self.start("tests.faults.sink:serve", mutant="", port=self.port, place=str(self.place))
        self.workers.remove(self.sink)
        until(self.sink_answers, f"the mail server does not answer, see {self.place / 'serve.log'}")

    def sink_answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

    def sink_down(self) -> None:
        assert self.sink
        self.sink.kill()
        self.sink = None
        self.done["mail server killed"] += 1

    def order(self, **orders: Any) -> None:
        """What the mail server does wrong from now on, instead of what it was told before."""
        part = self.place / "orders.part"
        part.write_text(json.dumps(orders))
        part.rename(self.place / "orders.json")

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return judge.lines(self.place / "accepted.jsonl")

    def misdeeds(self, what: str) -> int:
        """How often the mail server did that wrong."""
        return sum(fault["what"] == what for fault in judge.lines(self.place / "faults.jsonl"))

    def asked(self, phase: str) -> list[dict[str, Any]]:
        return [line for line in judge.lines(self.place / "asked.jsonl") if line["phase"] == phase]

    # --- Processes -----------------------------------------------------------------------------------

    def start(
        self, do: str, *, mutant: str | None = None, now: float = 0, answer: str = "", **arguments: Any
    ) -> Worker:
        name = do.rpartition(":")[2]
        self.numbers[name] += 1
        worker = self.nursery.start(
            Order(
                do=do,
                database=self.database,
                relay=f"smtp://127.0.0.1:{self.port}?tls=none",
                log=str(self.place / f"{name}.log"),
                arguments=arguments,
                probe=f"postfix-log:{self.place / 'mail.log'}" if self.probe else "",
                settings=self.settings,
                scale=asdict(self.scale),
                mutant=self.mutant if mutant is None else mutant,
                mark=str(self.place / "mutant-was-met"),
                now=now,
                answer=answer,
            )
        )
        self.workers.append(worker)
        return worker

    def pump(self, every: float = 0.25, **options: Any) -> Worker:
        return self.start("tests.faults.child:pump", every=every, **options)

    def tick(self, **options: Any) -> Worker:
        return self.start("tests.faults.child:tick", **options)

    def celery(self) -> Worker:
        return self.start("tests.faults.child:worker", name=f"w{self.numbers['worker']}")

    def beat(self, every: float = 0.7) -> Worker:
        number = self.numbers["beat"]
        return self.start("tests.faults.child:beat", schedule=str(self.place / f"beat{number}"), every=every)

    def deed(self, do: str, *, now: float | None = None, mutant: str = "", **arguments: Any) -> Any:
        """Something a user or an operator does, in a process of its own, in the run's time; its answer."""
        self.numbers["answer"] += 1
        answer = self.place / f"answer{self.numbers['answer']}.json"
        moment = self.clock.now().timestamp() if now is None else now
        worker = self.start(do, mutant=mutant, now=moment, answer=str(answer), **arguments)
        status = worker.wait()
        self.workers.remove(worker)
        log = (self.place / f"{do.rpartition(':')[2]}.log").read_text()
        assert status == 0, f"{do} ended with {status}:\n{log[-3000:]}"
        return json.loads(answer.read_text())

    def kill(self, worker: Worker) -> None:
        self.workers.remove(worker)
        self.done["kill -9"] += worker.kill()

    def freeze(self, worker: Worker) -> None:
        worker.freeze()
        self.done["frozen"] += 1

    def kill_all(self) -> None:
        for worker in self.workers:
            worker.thaw()
            worker.kill()
        self.workers.clear()

    # --- Postgres as the judge's helper: when is it over? ---------------------------------------------

    def ask(self, sql: str, *values: object) -> Any:
        """The first column of the first row."""
        with self.services.admin(self.database) as connection:
            row = connection.execute(sql.encode(), values or None).fetchone()
        assert row is not None
        return row[0]

    def states(self) -> dict[str, int]:
        with self.services.admin(self.database) as connection:
            rows = connection.execute("SELECT state, count(*) FROM outbox_email GROUP BY 1").fetchall()
        return dict(rows)

    def due(self) -> bool:
        """Whether the first hour has struck."""
        return bool(self.ask("SELECT count(*) FROM outbox_schedule WHERE next_at <= clock_timestamp()"))

    def ticks_again(self) -> None:
        """Whoever is left has ended what it was at, and begun anew twice."""
        for _ in range(2):
            before = self.ask("SELECT max(ticked_at) FROM outbox_pumpstate")
            until(lambda: self.ask("SELECT max(ticked_at) FROM outbox_pumpstate") != before, "nobody ticks")  # noqa: B023

    def ticks_no_more(self) -> None:
        """Everybody has ended what they were at, and nobody begins anew."""
        seconds = int(4 * self.scale.factor)
        silence = "SELECT clock_timestamp() - ticked_at > make_interval(secs => %s) FROM outbox_pumpstate"
        until(lambda: self.ask(silence, seconds), "somebody ticks")

    def quiet(self) -> bool:
        """Everything that was to be due has been, and nobody has anything left to do.

        On a busy machine it is night somewhere by then: nobody waits here until the morning there.
        """
        if self.clock.now() <= self.over:
            return False
        left = self.ask(UNFINISHED, self.probe)
        if left and left == self.ask(PUT_OFF):
            self.jump(self.ask(MORNING))
            self.done["nights"] += 1
        return not left

    def quiesce(self) -> None:
        """Nothing more is done to it; one more pump finishes what there is."""
        self.order()
        if self.sink is None:
            self.sink_up()
        self.jump(max(self.over - self.clock.now() + timedelta(minutes=1), timedelta()))
        self.pump()
        self.settle()

    def settle(self) -> None:
        """Until nobody has anything left to do; for as long as it gets less, however busy the machine is."""
        before = None
        while (left := (len(self.accepted), self.states())) != before:
            before = left
            with suppress(AssertionError):
                until(self.quiet, "not yet")
                return
        raise AssertionError(f"still something to do: {left}, {self.rest()}, see {self.place}")

    def rest(self) -> dict[str, object]:
        """Why it is not quiet."""
        return {
            "ticked": self.ask("SELECT clock_timestamp() - ticked_at FROM outbox_pumpstate"),
            "paused until": self.ask("SELECT paused_until - clock_timestamp() FROM outbox_pumpstate"),
            "planned": self.ask("SELECT count(*) FROM outbox_schedule WHERE next_at <= clock_timestamp()"),
            "without a mail": self.ask(
                "SELECT count(*) FROM outbox_occurrence"
                " WHERE email_id IS NULL AND ended = '' AND look_at <= clock_timestamp()"
            ),
            "mails": self.ask(
                "SELECT array_agg((state, claims, tries, next_try_at - clock_timestamp(), reply)::text)"
                " FROM outbox_email WHERE state IN ('pending', 'sending')"
            ),
            "alive": [f"{worker.order.do} {worker.pid}" for worker in self.workers if worker.alive],
        }

    def hurry(self) -> None:
        """Let time pass while one pump alone waits for the next try of this and that."""
        for _ in range(200):
            if self.quiet():
                return
            self.jump(timedelta(minutes=6))
            self.ticks_again()
        raise AssertionError(f"still {self.states()}, see {self.place}")

    def held(self) -> list[str]:
        """What their owners are told of, on “Mail for you”, as what may have reached them."""
        with self.services.admin(self.database) as connection:
            owners = connection.execute(
                "SELECT DISTINCT recipient FROM outbox_email WHERE state = 'unknown' ORDER BY 1"
            ).fetchall()
        seen: list[str] = self.deed("tests.faults.visiting:held", owners=[row[0] for row in owners])
        return seen

    def verify(self) -> None:
        worker = self.start("tests.faults.child:verify", mutant="")
        status = worker.wait()
        self.workers.remove(worker)
        assert status == 0, (self.place / "verify.log").read_text()[-3000:]

    # --- The end -------------------------------------------------------------------------------------

    def verdict(self, *, held: Collection[str] = ()) -> Verdict:
        assert self.world
        expected = oracle.expected(self.world, self.clock.now())
        assert expected, "nothing was due: this run proves nothing"
        return judge.judge(self.accepted, expected, self.clock, held=held)

    @property
    def mutant_was_met(self) -> bool:
        return (self.place / "mutant-was-met").exists()

    def close(self) -> None:
        self.kill_all()
        if self.sink:
            self.sink_down()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
