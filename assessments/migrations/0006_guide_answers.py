"""The guide's versions. The database itself refuses to change one.

What remains possible: removing one, bringing it back, and deleting it.
"""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION assessments_guard_guide_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'removed_at' IS DISTINCT FROM to_jsonb(OLD) - 'removed_at' THEN
    RAISE EXCEPTION 'a version in the guide never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER assessments_guard_guide_answer BEFORE UPDATE ON assessments_guideanswer
  FOR EACH ROW EXECUTE FUNCTION assessments_guard_guide_answer();
"""

FREE = """
DROP TRIGGER assessments_guard_guide_answer ON assessments_guideanswer;
DROP FUNCTION assessments_guard_guide_answer();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0005_when_to_take_it_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GuideAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=32)),
                ('text', models.TextField(validators=[django.core.validators.MaxLengthValidator(4000)])),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['owner', 'question', '-written_at', '-id'], name='assessments_guide_of_an_owner'), models.Index(condition=models.Q(('removed_at__isnull', False)), fields=['removed_at'], name='assessments_guide_removed')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'form_token'), name='assessments_guide_one_per_form'), models.CheckConstraint(condition=models.Q(('question', ''), _negated=True), name='assessments_guide_has_a_question'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 4000), name='assessments_guide_text_length'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='assessments_guide_says_something')],
            },
        ),
        migrations.RunSQL(GUARD, FREE),
    ]
