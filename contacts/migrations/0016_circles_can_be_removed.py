"""Circles can be removed. Nobody is found by a circle that is in the bin, and its name may be given anew."""

import importlib

from django.db import migrations, models

found_by = importlib.import_module("contacts.migrations.0008_search_finds_all_that_is_known")


def instead(sql, *changes):
    """A function of that migration, changed, and as it was."""
    before = sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    after = before
    for old, new in changes:
        assert old in after
        after = after.replace(old, new)
    return migrations.RunSQL(after, before)


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0015_days_can_be_removed'),
    ]

    operations = [
        migrations.AddField(
            model_name='circle',
            name='removed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RemoveConstraint(model_name='circle', name='contacts_circle_one_per_name'),
        migrations.AddConstraint(
            model_name='circle',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('owner', 'name'), name='contacts_circle_one_per_name'),
        ),
        instead(
            found_by.GATHER,
            ("WHERE contact_id = one.id\n                ) AS rows", "WHERE contact_id = one.id AND circle.removed_at IS NULL\n                ) AS rows"),
        ),
        # A name that is unique only among some rows is no key: who changes it locks the row less.
        instead(found_by.ROWS_CHANGED, ("FOR KEY SHARE", "FOR SHARE")),
        instead(
            found_by.CIRCLES_RENAMED,
            ("old_rows.name <> new_rows.name", "(old_rows.name, old_rows.removed_at) IS DISTINCT FROM (new_rows.name, new_rows.removed_at)"),
        ),
    ]
