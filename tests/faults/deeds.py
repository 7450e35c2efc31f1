"""What users do while their mail is leaving, by the verbs that the pages call."""

from __future__ import annotations

from contacts.models import Contact
from netvalue.accounts.models import User
from netvalue.outbox import planning
from tests.faults.visiting import browser


def opt_out(email: str) -> None:
    planning.opt_out(User.objects.get(email=email), "all")


def remove(token: str) -> None:
    Contact.objects.get(given=token).remove()


def delete_account(email: str) -> None:
    User.objects.get(email=email).delete()


def ask_for_a_test(email: str, press: int) -> int:
    """The button on /reminders/; the answer's status."""
    client = browser(email)
    client.raise_request_exception = False
    return client.post("/reminders/test/", {"press": press}).status_code


def ready(email: str) -> dict[str, bool]:
    """What /readyz says."""
    answer: dict[str, bool] = browser(email).get("/readyz").json()
    return answer
