"""Whoever finished a check before there were reminders of the next is reminded like everybody else.

Where that day is past already, no mail is made up for it: Today says that a check is due.
"""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Max
from django.utils import timezone

from assessments.again import Choice
from netvalue.outbox.localtime import instant, local_day


def remind(apps, schema_editor):
    Assessment = apps.get_model("assessments", "Assessment")
    Retake = apps.get_model("assessments", "Retake")
    Schedule = apps.get_model("outbox", "Schedule")
    finished = Assessment.objects.exclude(owner=None).exclude(finished_at=None).order_by()
    series = finished.values_list("owner", "perspective", "owner__time_zone", "owner__reminder_hour")
    for owner, perspective, zone_name, hour, last in series.annotate(Max("finished_at")):
        retake, made = Retake.objects.get_or_create(owner_id=owner, perspective=perspective)
        zone = ZoneInfo(zone_name)
        due = Choice().due_on(local_day(last, zone))
        if made and due > local_day(timezone.now(), zone):
            Schedule.objects.create(
                owner_id=owner, kind="retake", object_id=retake.pk,
                occurrence_on=due, next_on=due, next_at=instant(due, hour, zone),
            )


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0006_guide_answers'),
        ('outbox', '0002_link_keys'),
        ('accounts', '0002_one_time_links'),
    ]

    operations = [migrations.RunPython(remind, migrations.RunPython.noop)]
