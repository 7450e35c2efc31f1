from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from contacts.birthdays import Birthday, LeapDay
from contacts.giving import comes_up_on
from contacts.rhythm import Keeping
from netvalue.outbox.localtime import instant, local_day, next_instant

BATCH = 2000
LEADS = 0, 7


def plan(apps, schema_editor):
    """Rhythms and promises are new. Whoever was put away by an earlier version lost their yearly days."""
    contact, favour = apps.get_model("contacts", "Contact"), apps.get_model("contacts", "Favour")
    noted, follow_up = apps.get_model("contacts", "ImportantDate"), apps.get_model("contacts", "FollowUp")
    born = contact.objects.filter(deceased=False, birth_month__isnull=False, birth_day__isnull=False)
    yearly = noted.objects.filter(removed_at=None, on_month__isnull=False, on_day__isnull=False)
    open_ = follow_up.objects.filter(removed_at=None, done_at=None, day__year__lte=9000)
    mine = Q(kind="help", direction="given") | Q(kind="loan", direction="received")
    promised = favour.objects.filter(mine, removed_at=None).exclude(state="closed")
    for kind, rows, planned in (
        ("birthday", born, birthday),
        ("date", yearly, important_date),
        ("followup", open_, follow_up_day),
        ("promise", promised, promise),
        ("rhythm", contact.objects.filter(deceased=False, rhythm_days__isnull=False), rhythm),
    ):
        write(apps.get_model("outbox", "Schedule"), kind, rows, planned)


def write(schedule, kind, rows, planned):
    theirs = schedule.objects.filter(owner=OuterRef("owner"), kind=kind, object_id=OuterRef("pk"))
    unplanned = rows.exclude(Exists(theirs)).select_related("owner").order_by("pk")
    now, last = timezone.now(), 0
    while batch := list(unplanned.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        schedule.objects.bulk_create(
            schedule(
                owner=row.owner, kind=kind, object_id=row.pk, lead=lead, occurrence_on=on,
                next_on=on - timedelta(days=lead), next_at=at,
            )
            for row in batch
            for lead, on, at in planned(row, row.owner.reminder_hour, ZoneInfo(row.owner.time_zone), now)
        )


def birthday(who, hour, zone, now):
    return every_year(Birthday(who.birth_month, who.birth_day, who.birth_year), LEADS, who.owner, hour, zone, now)


def important_date(row, hour, zone, now):
    return every_year(Birthday(row.on_month, row.on_day, row.on_year), row.leads, row.owner, hour, zone, now)


def every_year(day, leads, owner, hour, zone, now):
    first = local_day(next_instant(now, hour, zone), zone)
    for lead in leads:
        if on := day.on_or_after(first + timedelta(days=lead), LeapDay(owner.leap_day)):
            yield lead, on, instant(on - timedelta(days=lead), hour, zone)


def follow_up_day(row, hour, zone, now):
    # What has come already was told.
    return once(row.day, hour, zone, now) if row.day > local_day(now, zone) else []


def promise(row, hour, zone, now):
    return once(comes_up_on(row.kind, row.day, row.due_on), hour, zone, now)


def rhythm(who, hour, zone, now):
    keeping = Keeping(
        last=who.last_on,
        written_down=local_day(who.created_at, zone),
        rhythm_days=who.rhythm_days,
        rests_until=(who.paused_until or date.max) if who.paused else None,
    )
    return once(keeping.next_on, hour, zone, now) if keeping.next_on else []


def once(on, hour, zone, now):
    ahead = on > local_day(now, zone)
    return [(0, on, instant(on, hour, zone) if ahead else next_instant(now, hour, zone))]


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0017_many_people_at_once'),
        ('outbox', '0002_link_keys'),
        ('accounts', '0003_keys_can_be_switched_off'),
    ]

    operations = [
        migrations.RunPython(plan, migrations.RunPython.noop),
    ]
