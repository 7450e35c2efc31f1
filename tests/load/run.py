"""Many people answer at once while programs of the product are killed; then every answer is looked for."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import statistics
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import psutil
import psycopg

from netvalue.embedded.postgres import APP, DATABASE
from tests.load import judge
from tests.load.people import Browser, Person, Tally

if TYPE_CHECKING:
    from tests.netvalue.embedded.product import Product

# Made in the product itself; a session key a line.
ACCOUNTS = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from netvalue.accounts.models import User
sessions = import_module(settings.SESSION_ENGINE)
people = [User(email=f"load{n}@example.org", name=f"Load {n}", password="!") for n in range(PEOPLE)]
for person in User.objects.bulk_create(people):
    session = sessions.SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    print(person.email, session.session_key)
"""
# What is killed, in turns: one process that answers, the queue's worker, the whole web server.
TURNS = ("a web process", "worker", "web")


@dataclass(frozen=True)
class Kill:
    """One program that was killed, and who came after it."""

    what: str
    before: int
    after: int


@dataclass
class Outcome:
    """What happened, and what is wrong with it."""

    people: int
    seconds: float
    tally: Tally
    kills: list[Kill]
    rows: list[judge.Row]
    faults: list[judge.Fault] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(fault.kind == kind for fault in self.faults)

    def lines(self) -> list[str]:
        waited = sorted(self.tally.waited)
        p50, p95, longest = statistics.median(waited), waited[int(len(waited) * 0.95)], waited[-1]
        finished = sum(check.finish_told for check in self.tally.begun)
        killed = ", ".join(f"{kill.what} {kill.before}→{kill.after}" for kill in self.kills)
        wrong = len(self.tally.wrong)
        checks, rate, load = len(self.tally.begun), self.tally.requests / self.seconds, os.getloadavg()[0]
        lost, doubled, invented = (self.count(kind) for kind in ("lost", "doubled", "invented"))
        return [
            f"checklist load: {self.people} people for {self.seconds:.0f} s (load average {load:.1f})",
            f"  {self.tally.told} answers acknowledged, {checks} checks begun, {finished} finished",
            f"  {rate:.0f} requests/s, acknowledged after p50 {p50:.2f}, p95 {p95:.2f}, max {longest:.2f} s",
            f"  broken connections {self.tally.broken}, 503 {self.tally.unavailable}, other errors {wrong}",
            f"  {len(self.kills)} kills: {killed}",
            f"  lost {lost}, doubled {doubled}, invented {invented}",
        ]


def run(product: Product, people: int, seconds: float, pause: float, thinks: float) -> Outcome:
    """`pause` seconds lie between two kills, `thinks` between question and answer, on average."""
    made = product.call("manage", "shell", "-v", "0", "-c", ACCOUNTS.replace("PEOPLE", str(people)))
    sessions = [line.split() for line in made.stdout.splitlines()]
    assert len(sessions) == people, made.stderr
    tally, kills = Tally(), list[Kill]()
    began = time.monotonic()
    asyncio.run(_all_at_once(product, sessions, tally, kills, began + seconds, pause, thinks))
    rows = stored(product)
    outcome = Outcome(people, time.monotonic() - began, tally, kills, rows)
    outcome.faults = judge.faults(tally.begun, rows)
    return outcome


async def _all_at_once(
    product: Product,
    sessions: list[list[str]],
    tally: Tally,
    kills: list[Kill],
    until: float,
    pause: float,
    thinks: float,
) -> None:
    host, port = product.url.removeprefix("http://").rstrip("/").split(":")
    people = [
        Person(email, Browser(host, int(port), key), tally, Random(email), thinks) for email, key in sessions
    ]
    async with asyncio.TaskGroup() as group:
        group.create_task(_kill_in_turns(product, kills, until, pause))
        for person in people:
            group.create_task(person.live(until))


async def _kill_in_turns(product: Product, kills: list[Kill], until: float, pause: float) -> None:
    for what in itertools.cycle(TURNS):
        await asyncio.sleep(pause)
        if time.monotonic() > until:
            return
        before = _running(product, what)
        os.kill(min(before), signal.SIGKILL)
        while not (came := _running(product, what) - before):
            await asyncio.sleep(0.1)
        while not await asyncio.to_thread(product.serves):
            await asyncio.sleep(0.5)
        kills.append(Kill(what, min(before), min(came)))


def _running(product: Product, what: str) -> set[int]:
    """The processes of that name; the web server's own are its children that answer requests."""
    if what in product.state.children:
        return {product.pid(what)}
    try:
        return {child.pid for child in psutil.Process(product.pid("web")).children()}
    except psutil.Error:
        return set()


def stored(product: Product) -> list[judge.Row]:
    """All checks of the product, read behind its back."""
    with psycopg.connect(host=product.state.sockets, user=APP, dbname=DATABASE) as connection:
        answers: dict[int, list[tuple[str, str | None, str]]] = {}
        for check, *answer in connection.execute(
            "SELECT assessment_id, question, value, note FROM assessments_answer"
        ):
            answers.setdefault(check, []).append((answer[0], answer[1], answer[2]))
        checks = connection.execute(
            "SELECT c.id, c.uid::text, u.email, c.finished_at IS NOT NULL"
            " FROM assessments_assessment c LEFT JOIN accounts_user u ON u.id = c.owner_id"
        )
        return [
            judge.Row(uid, email or "", finished, tuple(answers.get(pk, ())))
            for pk, uid, email, finished in checks
        ]
