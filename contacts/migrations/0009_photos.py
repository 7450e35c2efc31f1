"""Photos, and beside each contact the one that is shown: the list knows it without asking for photos."""

import django.db.models.deletion
import netvalue.ownership
import uuid
from django.conf import settings
from django.db import migrations, models

SHOW = """
-- Whoever writes the column, it says which photo is shown.
CREATE FUNCTION contacts_photo_of_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.photo_uid := (SELECT uid FROM public.contacts_photo WHERE contact_id = NEW.id AND removed_at IS NULL);
  RETURN NEW;
END $$;

CREATE TRIGGER contacts_photo_of_contact BEFORE UPDATE OF photo_uid ON contacts_contact
  FOR EACH ROW EXECUTE FUNCTION contacts_photo_of_contact();

CREATE FUNCTION contacts_show_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE public.contacts_contact SET photo_uid = NULL
   WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.contact_id ELSE NEW.contact_id END;
  RETURN NULL;
END $$;

CREATE TRIGGER contacts_show_photo AFTER INSERT OR UPDATE OF removed_at OR DELETE ON contacts_photo
  FOR EACH ROW EXECUTE FUNCTION contacts_show_photo();
"""

HIDE = """
DROP TRIGGER contacts_show_photo ON contacts_photo;
DROP FUNCTION contacts_show_photo();
DROP TRIGGER contacts_photo_of_contact ON contacts_contact;
DROP FUNCTION contacts_photo_of_contact();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0008_search_finds_all_that_is_known'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='photo_uid',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('large', models.BinaryField()),
                ('small', models.BinaryField()),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [netvalue.ownership.SameOwner('contact', name='contacts_photo_contact_same_owner'), models.UniqueConstraint(fields=('owner', 'form_token'), name='contacts_photo_one_per_form'), models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('contact',), name='contacts_photo_one_is_shown'), models.CheckConstraint(condition=models.Q(('height__range', (1, 512)), ('width__range', (1, 512))), name='contacts_photo_size')],
            },
        ),
        migrations.RunSQL(SHOW, HIDE),
    ]
