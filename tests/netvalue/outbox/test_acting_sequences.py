"""Any order of buttons, undoing, sending again and ticking off in the app, against a model of a few lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contacts.models import Contact, FollowUp, Interaction, Quiet
from netvalue.outbox import acting
from netvalue.outbox.acted import Acted
from netvalue.outbox.models import Occurrence
from tests.factories import ContactFactory, FollowUpFactory
from tests.netvalue.outbox.conftest import TODAY

if TYPE_CHECKING:
    from netvalue.accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
ORDER = ["done", "talked", "later", "stop"]
CHOICES = {
    "done": ["done"],
    "talked": ["call", "letter"],
    "later": ["tomorrow", "week"],
    "stop": ["followup", "all"],
}
AWAY = {"tomorrow": 1, "week": 7}
buttons = st.sampled_from(ORDER).flatmap(
    lambda deed: st.tuples(
        st.just(deed), st.sampled_from(CHOICES[deed]), st.booleans(), st.integers(min_value=0, max_value=6)
    )
)
steps = st.one_of(
    buttons,
    buttons,
    st.tuples(st.just("undo"), st.integers(0, 3)),
    st.sampled_from([("tick",), ("untick",), ("put off",)]),
)


@dataclass
class Pressed:
    """A button that was pressed and not taken back."""

    number: int
    choice: str
    before: int | None = None


@dataclass
class Model:
    """A follow-up with somebody, as the buttons leave it."""

    presses: set[int] = field(default_factory=set)
    pressed: dict[str, Pressed] = field(default_factory=dict)
    done_by: int | str | None = None
    away: int | None = None
    talks: set[int] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)

    def stands(self, deed: str) -> bool:
        if (it := self.pressed.get(deed)) is None:
            return False
        return {
            "done": self.done_by == it.number,
            "talked": it.number in self.talks,
            "later": self.away == AWAY.get(it.choice) and not self.is_over(),
            "stop": it.choice in self.quiet,
        }[deed]

    def is_over(self) -> bool:
        """It comes back no more, so nothing says when it comes back."""
        stop = self.pressed.get("stop")
        return self.done_by is not None or (stop is not None and stop.choice in self.quiet)

    def left(self) -> list[str]:
        closed = {"done", "later"} if self.done_by is not None else set()
        if self.is_over():
            closed.add("later")
        return [deed for deed in ORDER if deed not in closed and not self.stands(deed)]

    def press(self, deed: str, choice: str, also: bool, press: int) -> None:  # noqa: FBT001 -- as drawn
        if deed not in self.left() or press in self.presses:
            return
        self.presses.add(press)
        it = self.pressed[deed] = Pressed(press, choice, self.away)
        if deed == "done" or (deed == "talked" and also and self.done_by is None):
            self.done_by = it.number
        if deed == "talked":
            self.talks.add(it.number)
        elif deed == "later":
            self.away = AWAY[choice]
        elif deed == "stop":
            self.quiet.add(choice)

    def undo(self, deed: str) -> None:
        it = self.pressed.pop(deed)
        if deed == "later":
            self.away = it.before
        elif deed == "stop":
            self.quiet.discard(it.choice)
        elif self.done_by == it.number:
            self.done_by = None
        self.talks.discard(it.number if deed == "talked" else -1)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=[("put off",), ("later", "week", False, 0), ("undo", 0), ("later", "tomorrow", False, 1)])
@example(steps=[("done", "done", False, 0), ("untick",), ("tick",), ("undo", 0), ("talked", "call", True, 1)])
@example(
    steps=[("talked", "call", True, 0), ("stop", "all", False, 1), ("undo", 0), ("done", "done", False, 0)]
)
@example(steps=[("later", "week", False, 0), ("done", "done", False, 1), ("undo", 0), ("undo", 1)])
@example(steps=[("later", "week", False, 0), ("stop", "all", False, 1), ("undo", 1), ("undo", 0)])
@given(steps=st.lists(steps, max_size=10))
def test_whatever_is_pressed_in_whatever_order(user: User, steps: list[tuple[object, ...]]) -> None:
    anna = ContactFactory.create(owner=user)
    it = FollowUpFactory.create(owner=user, contact=anna, due_on=TODAY)
    now = timezone.now()
    told = Occurrence.objects.create(
        owner=user, kind="followup", object_id=it.pk, occurrence_on=TODAY,
        due_at=now, look_at=now, expires_at=now + timedelta(days=9),
    )  # fmt: skip
    path, model = acting.path(told), Model()
    for step in steps:
        if step[0] == "tick":
            tick(it, model)
        elif step[0] == "untick":
            FollowUp.objects.get(pk=it.pk).reopen()
            model.done_by = None
        elif step[0] == "put off":
            FollowUp.objects.get(pk=it.pk).snooze(TODAY + timedelta(days=2))
            model.away = 2
        elif step[0] == "undo":
            undo(path, told, model, int(str(step[1])))
        else:
            press(path, model, *step)  # type: ignore[arg-type]  # as drawn
        agree(model, told, it, anna)


def tick(it: FollowUp, model: Model) -> None:
    FollowUp.objects.get(pk=it.pk).complete(at=timezone.now() - timedelta(hours=1))
    model.done_by = "the app" if model.done_by is None else model.done_by


def undo(path: str, told: Occurrence, model: Model, which: int) -> None:
    rows = list(Acted.objects.on(told).order_by("pk"))
    if not rows:
        return
    row = rows[which % len(rows)]
    # One that was taken back long ago, too.
    stood = row.ended_at is None and model.stands(row.deed)
    Client().post(path, {"undo": row.pk})
    if stood:
        model.undo(row.deed)


def press(path: str, model: Model, deed: str, choice: str, also: bool, number: int) -> None:  # noqa: FBT001 -- as drawn
    data = {"do": deed, "choice": choice, "press": str(uuid5(UUID(int=0), str(number)))}
    for _twice in range(2):
        assert Client().post(path, data | ({"also": "on"} if also else {})).status_code == 303
    model.press(deed, choice, also, number)


def agree(model: Model, told: Occurrence, it: FollowUp, anna: Contact) -> None:
    it, anna = FollowUp.objects.get(pk=it.pk), Contact.objects.get(pk=anna.pk)
    seen = acting.page(told, TODAY)
    assert [deed.value for deed in seen.left] == model.left()
    assert {row.deed for row in seen.standing} == {deed for deed in ORDER if model.stands(deed)}
    assert it.is_open == (model.done_by is None)
    assert it.snoozed_until == (model.away and TODAY + timedelta(days=model.away))
    assert Interaction.objects.between(anna).kept().count() == len(model.talks)
    assert (anna.last_on == TODAY) == bool(model.talks)
    assert set(Quiet.objects.filter(contact=anna).values_list("kind", flat=True)) == model.quiet
