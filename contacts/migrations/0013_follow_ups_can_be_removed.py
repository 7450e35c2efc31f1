from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0012_saved_views'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='followup', name='contacts_follow_up_one_end'),
        migrations.RenameField(model_name='followup', old_name='let_go_at', new_name='removed_at'),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('done_at', None), ('removed_at', None), _connector='OR'), name='contacts_follow_up_one_end'),
        ),
    ]
