"""Companions, goods and results of follow-ups; tasks with priority and notes; cadences; how long stages lasted."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared


def _to_user(column: str, related_name: str, *, null: bool = True):
    return fields.ForeignKeyField('mingce.User', source_field=column, null=null, db_constraint=True, to_field='id', related_name=related_name, on_delete=OnDelete.RESTRICT)


_NEW_TABLES = ("follow_up_companions", "cadences")
_GRANTS = ";".join(f"grant {declared.READ_WRITE} on {table} to {declared.APPLICATION}" for table in _NEW_TABLES)

# The present stage began with the last move; the first stage, when the customer took effect.
_BACKFILL = """
update stage_moves m set duration_seconds = least(greatest(extract(epoch from m.created_at - p.began), 0), 2147483647)
from (
    select s.id, coalesce(lag(s.created_at) over (partition by s.customer_id order by s.created_at, s.id),
                          c.effective_at, c.created_at) as began
    from stage_moves s join customers c on c.id = s.customer_id
) p where p.id = m.id;
update customers c set stage_since = coalesce(
    (select max(m.created_at) from stage_moves m where m.customer_id = c.id), c.effective_at)
where c.state <> 'DRAFT';
update tasks set closed_at = updated_at where state <> 'OPEN';
"""
_CADENCES = (
    "insert into cadences (id, created_at, updated_at, version, status, days) values "
    + ", ".join(
        f"(uuidv7(), date_trunc('second', now()), date_trunc('second', now()), 1, '{status}', {days})"
        for status, days in (("POTENTIAL", 7), ("INTENT", 3), ("DEAL", 30))
    )
)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0005_people_and_hand_over")]

    operations = [
        ops.AddField(model_name='FollowUp', name='goods', field=fields.CharField(null=True, max_length=500)),
        ops.AddField(model_name='FollowUp', name='return_visit_result', field=fields.TextField(null=True, unique=False)),
        ops.CreateModel(
            name='FollowUpCompanion',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('follow_up', fields.ForeignKeyField('mingce.FollowUp', source_field='follow_up_id', db_constraint=True, to_field='id', related_name='companionships', on_delete=OnDelete.CASCADE)),
                ('user', _to_user('user_id', 'companionships', null=False)),
            ],
            options={'table': 'follow_up_companions', 'app': 'mingce', 'unique_together': (('follow_up', 'user'),), 'pk_attr': 'id', 'table_description': 'A member of staff who went along (D20).'},
            bases=['Record'],
        ),
        ops.AddField(model_name='Task', name='priority', field=fields.CharField(db_default='NORMAL', description='TaskPriority', max_length=32)),
        ops.AddField(model_name='Task', name='notes', field=fields.TextField(null=True, unique=False)),
        ops.AddField(model_name='Task', name='closed_at', field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name='Task', name='created_by', field=_to_user('created_by_id', 'created_tasks')),
        ops.AddField(model_name='Task', name='closed_by', field=_to_user('closed_by_id', 'closed_tasks')),
        ops.AddField(model_name='Reminder', name='dismissed_at', field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name='StageMove', name='duration_seconds', field=fields.IntField(db_default=0)),
        ops.AddField(model_name='Customer', name='stage_since', field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.CreateModel(
            name='Cadence',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
                ('status', fields.CharField(description='CoarseStatus', unique=True, max_length=32)),
                ('days', fields.IntField()),
            ],
            options={'table': 'cadences', 'app': 'mingce', 'pk_attr': 'id', 'table_description': 'How many days lie between two follow-ups at one status.'},
            bases=['Versioned'],
        ),
        ops.RunSQL(_GRANTS, ""),
        ops.RunSQL(_BACKFILL, ""),
        ops.RunSQL(_CADENCES, ""),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.TASKS)),
    ]
