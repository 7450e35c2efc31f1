"""When things are forgotten: follow-ups that were let go, removed conversations and photos."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from contacts.models import FollowUp, Interaction, Photo


@shared_task
def forget_let_go_follow_ups() -> None:
    FollowUp.objects.all().forget_let_go(timezone.now())


@shared_task
def forget_removed_conversations() -> None:
    Interaction.objects.all().forget_removed(timezone.now())


@shared_task
def forget_removed_photos() -> None:
    Photo.objects.all().forget_removed(timezone.now())
