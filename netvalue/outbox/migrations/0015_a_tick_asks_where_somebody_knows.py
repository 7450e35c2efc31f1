from __future__ import annotations

from django.db import migrations

TICK = """
CREATE FUNCTION outbox_tick({arguments},
    OUT lineage uuid, OUT ticks bigint, OUT ticked_at timestamptz, OUT went_back_at timestamptz,
    OUT pruned_at timestamptz, OUT zone_rules text,
    OUT to_plan boolean, OUT to_send boolean, OUT in_doubt boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE at timestamptz;
BEGIN
    INSERT INTO outbox_pumpstate AS p
           (id, ticked_at, ticks, lineage, pauses, pause_reason, zone_rules, skew)
    VALUES (1, clock_timestamp(), 1, born, 0, '', '', 0)
    ON CONFLICT (id) DO UPDATE SET
        ticks = p.ticks + 1, ticked_at = clock_timestamp(),
        -- Of a database that went back this stays: it says how far.
        ticked_before = CASE WHEN p.went_back_at IS NULL THEN p.ticked_at ELSE p.ticked_before END
      RETURNING p.lineage, p.ticks, p.ticked_at, p.went_back_at, p.pruned_at, p.zone_rules
           INTO lineage, ticks, ticked_at, went_back_at, pruned_at, zone_rules;
    at := coalesce(business, statement_timestamp());
    to_plan := outbox_anything_to_plan(at);
    to_send := outbox_anything_to_send(at, most_claims);
    in_doubt := coalesce((SELECT min(e.next_try_at) FROM outbox_email e
                           WHERE e.state = 'unknown') <= statement_timestamp(), false);
    {of_these}
END $$;
"""
THREE = "business timestamptz, born uuid, most_claims integer"
# Those who name three only, as the release before does, ask about everything.
FIVE = f"{THREE}, asked_for integer DEFAULT 36500, keys boolean DEFAULT true"
# What is held and told by nobody keeps its last try's time for ever: it is its owner's.
OF_THESE = """IF in_doubt THEN
        in_doubt := (asked_for > 0 OR keys) AND EXISTS (
            SELECT FROM outbox_email e
             WHERE e.state = 'unknown' AND e.next_try_at <= statement_timestamp()
               AND (coalesce(e.last_data_at, e.data_at) > clock_timestamp() - make_interval(days => asked_for)
                    OR keys AND e.as_sent IS NOT NULL));
    END IF;"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0014_when_it_went_last")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION outbox_tick(timestamptz, uuid, integer);"
            + TICK.format(arguments=FIVE, of_these=OF_THESE),
            "DROP FUNCTION outbox_tick(timestamptz, uuid, integer, integer, boolean);"
            + TICK.format(arguments=THREE, of_these=""),
        )
    ]
