"""What beat asks for, and that somebody answers."""

from __future__ import annotations

from netvalue.celery import app


def test_everything_that_beat_asks_for_is_a_task_without_arguments() -> None:
    app.loader.import_default_modules()
    asked = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert sorted(asked) == [
        "assessments.tasks.forget_removed_guide_answers",
        "assessments.tasks.forget_unclaimed_checks",
        "contacts.tasks.forget_removed",
        "contacts.tasks.go_on_with_bulk_changes",
        "netvalue.accounts.tasks.forget_what_has_run_out",
        "outbox.tick",
    ]
    assert set(asked) <= set(app.tasks)
    assert not any(entry.get("args") or entry.get("kwargs") for entry in app.conf.beat_schedule.values())
