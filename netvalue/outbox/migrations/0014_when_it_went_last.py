from __future__ import annotations

from django.db import migrations, models

PASS = """
CREATE OR REPLACE FUNCTION outbox_pass_the_fence(
    mail bigint, token uuid, lease double precision, seen_by text, kept bytea, asked_for text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outbox_email e
       SET {each_time},
           lease_until = clock_timestamp() + make_interval(secs => lease)
     WHERE e.id = mail AND e.lease_token = token AND e.state = 'sending'
       AND e.lease_until > clock_timestamp()
       AND (e.kind = ANY (asked_for) OR (
            EXISTS (SELECT FROM accounts_user u
                     WHERE u.id = e.owner_id AND u.is_active AND u.email = e.recipient)
            AND NOT EXISTS (
                SELECT FROM outbox_optout x
                 WHERE x.owner_id = e.owner_id
                   AND (x.kind = 'all' OR x.kind IN (
                        SELECT o.kind FROM outbox_occurrence o WHERE o.email_id = e.id)))));
    RETURN FOUND;
END $$;
"""
# What goes once more keeps when first and as what; and a witness only who would have seen it each time.
LAST = """data_at = coalesce(e.data_at, clock_timestamp()), last_data_at = clock_timestamp(),
           as_sent = coalesce(e.as_sent, kept),
           witness = CASE WHEN e.data_at IS NULL OR e.witness = seen_by THEN seen_by ELSE '' END"""
FIRST = """data_at = coalesce(e.data_at, clock_timestamp()), as_sent = coalesce(e.as_sent, kept),
           witness = CASE WHEN e.data_at IS NULL THEN seen_by ELSE e.witness END"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0013_one_question_a_tick")]

    operations = [
        migrations.AddField("email", "last_data_at", models.DateTimeField(null=True)),
        migrations.RunSQL(PASS.format(each_time=LAST), PASS.format(each_time=FIRST)),
    ]
