from django.db import migrations

# Asked for every mail: a function keeps its plan, a statement is planned each time.
FUNCTIONS = """
-- Whether the body may leave; what goes once more has passed before, and keeps when, as what and before whom.
CREATE FUNCTION outbox_pass_the_fence(
    mail bigint, token uuid, lease double precision, seen_by text, kept bytea, asked_for text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outbox_email e
       SET data_at = coalesce(e.data_at, clock_timestamp()), as_sent = coalesce(e.as_sent, kept),
           witness = CASE WHEN e.data_at IS NULL THEN seen_by ELSE e.witness END,
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

-- The server has it. Only whoever holds the lease may say so, even after it ran out.
CREATE FUNCTION outbox_was_sent(
    mail bigint, token uuid, phase text, code integer, reply text, verdict text, said text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    whose bigint;
BEGIN
    -- The mail's own row first, as everywhere; and nothing if its owner deleted the account meanwhile.
    SELECT e.owner_id INTO whose FROM outbox_email e WHERE e.id = mail FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO outbox_attempt (owner_id, email_id, at, phase, code, reply, verdict)
    VALUES (whose, mail, clock_timestamp(), phase, code, reply, verdict);
    UPDATE outbox_email e
       SET state = 'sent', sent_at = clock_timestamp(), lease_until = NULL, reply = said,
           text = '', html = '', as_sent = NULL, claims = 0
     WHERE e.id = mail AND e.lease_token = token AND e.state IN ('sending', 'unknown');
    IF EXISTS (SELECT FROM outbox_pumpstate WHERE pauses > 0) THEN
        UPDATE outbox_pumpstate SET pauses = 0, paused_until = NULL, pause_reason = '' WHERE pauses > 0;
    END IF;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION outbox_pass_the_fence(bigint, uuid, double precision, text, bytea, text[]);
DROP FUNCTION outbox_was_sent(bigint, uuid, text, integer, text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0010_what_providers_tell")]

    operations = [migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS)]
