from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from netvalue.outbox import accountmail, letters
from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from netvalue.accounts.models import User


def test_account_mail_is_written_down_in_the_callers_transaction(user: User) -> None:
    email = accountmail.queue(to=user.email, user=user, subject="Sign\r\nBcc: x", text="https://x/link/1")
    assert Email.objects.of(user).get() == email
    assert email.subject == "Sign Bcc: x"
    assert email.state == Email.State.PENDING


def test_account_mail_may_go_to_somebody_without_a_user(db: None) -> None:
    one = accountmail.queue(to="new@example.org", user=None, subject="Come in", text="a")
    two = accountmail.queue(to="new@example.org", user=None, subject="Come in", text="a")
    assert one.message_id != two.message_id


def test_mail_to_somebody_without_a_user_claims_no_language(db: None) -> None:
    email = accountmail.queue(to="new@example.org", user=None, subject="Komm herein", text="a")
    assert "<html><head>" in letters.write(email, [], timezone.now()).html


@pytest.mark.parametrize("state", ["failed", "expired", "cancelled"])
def test_the_database_keeps_no_body_of_a_mail_that_is_done(user: User, state: str) -> None:
    email = accountmail.queue(to=user.email, user=user, subject="Sign in", text="a live token")
    with pytest.raises(IntegrityError, match="body_is_erased"), transaction.atomic():
        Email.objects.filter(pk=email.pk).update(state=state)
    Email.objects.filter(pk=email.pk).update(state=state, text="", html="")
