"""The database itself refuses to change a finished check, and an answer whose owner is not its check's.

What remains possible: claiming (a visitor's check gets its owner) and deleting the whole check with its answers.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION assessments_guard_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.owner_id IS NOT NULL AND NEW.owner_id IS DISTINCT FROM OLD.owner_id THEN
    RAISE EXCEPTION 'a check keeps its owner' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.finished_at IS NOT NULL
     AND to_jsonb(NEW) - '{owner_id,visitor,claimed_at}'::text[]
         IS DISTINCT FROM to_jsonb(OLD) - '{owner_id,visitor,claimed_at}'::text[] THEN
    RAISE EXCEPTION 'a finished check never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER assessments_guard_assessment BEFORE UPDATE ON assessments_assessment
  FOR EACH ROW EXECUTE FUNCTION assessments_guard_assessment();

CREATE FUNCTION assessments_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  holder assessments_assessment%ROWTYPE;
BEGIN
  -- The share lock makes an answer wait for a finish that is under way, and the other way round.
  SELECT * INTO holder FROM assessments_assessment WHERE id = NEW.assessment_id FOR SHARE;
  IF NEW.owner_id IS DISTINCT FROM holder.owner_id THEN
    RAISE EXCEPTION 'an answer belongs to the owner of its check' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.assessment_id <> OLD.assessment_id OR NEW.question <> OLD.question THEN
      RAISE EXCEPTION 'an answer stays at its question' USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - 'owner_id' = to_jsonb(OLD) - 'owner_id' THEN
      RETURN NEW;
    END IF;
  END IF;
  IF holder.finished_at IS NOT NULL THEN
    RAISE EXCEPTION 'a finished check never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER assessments_guard_answer BEFORE INSERT OR UPDATE ON assessments_answer
  FOR EACH ROW EXECUTE FUNCTION assessments_guard_answer();

-- Checked at commit, when a check that is deleted as a whole is gone already.
CREATE FUNCTION assessments_keep_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM assessments_assessment WHERE id = OLD.assessment_id AND finished_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a finished check keeps its answers' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assessments_keep_answer AFTER DELETE ON assessments_answer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_keep_answer();
"""

FREE = """
DROP TRIGGER assessments_keep_answer ON assessments_answer;
DROP TRIGGER assessments_guard_answer ON assessments_answer;
DROP TRIGGER assessments_guard_assessment ON assessments_assessment;
DROP FUNCTION assessments_keep_answer();
DROP FUNCTION assessments_guard_answer();
DROP FUNCTION assessments_guard_assessment();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, FREE)]
