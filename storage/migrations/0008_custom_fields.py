"""Fields that administrators define (D10), with their values and what an index of dates needs."""

from tortoise import fields, migrations
from tortoise.fields.db_defaults import SqlDefault
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.enums import JobKind
from service.core.ids import new_id
from storage import declared

# Immutable, unlike the cast, whose result depends on the session.
_ISO_DATE = """
create function iso_date(day text) returns date language sql immutable strict parallel safe
return make_date(substr(day, 1, 4)::int, substr(day, 6, 2)::int, substr(day, 9, 2)::int)
"""


def _kinds(names):
    codes = ", ".join(f"'{name}'" for name in names)
    return f"alter table jobs drop constraint jobs_kind_code; alter table jobs add constraint jobs_kind_code check (kind in ({codes}))"


_NEW = [kind.value for kind in JobKind]
_OLD = [kind for kind in _NEW if kind != "CUSTOM_FIELD_INDEX"]


class Migration(migrations.Migration):
    dependencies = [("mingce", "0007_network_and_terms")]

    operations = [
        ops.CreateModel(
            name="CustomField",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("key", fields.CharField(max_length=32, unique=True)),
                ("type", fields.CharField(description="CustomFieldType", max_length=32)),
                ("data_class", fields.CharField(description="DataClass", max_length=32)),
                ("zh", fields.CharField(max_length=50)),
                ("en", fields.CharField(max_length=50)),
                ("description", fields.CharField(null=True, max_length=200)),
                ("kind", fields.CharField(null=True, description="CustomerKind", max_length=32)),
                ("required_of_enterprises", fields.BooleanField(default=False)),
                ("required_of_individuals", fields.BooleanField(default=False)),
                ("position", fields.IntField()),
                ("retired_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("index_state", fields.CharField(default="NONE", description="IndexState", max_length=32)),
            ],
            options={"table": "custom_fields", "app": "mingce", "pk_attr": "id", "table_description": "The definition of one field."},
            bases=["Versioned"],
        ),
        ops.AddField(model_name="Customer", name="custom", field=fields.JSONField(default=dict, db_default=SqlDefault("'{}'::jsonb"))),
        ops.AlterField(model_name="ListValue", name="list", field=fields.CharField(max_length=40)),
        ops.RunSQL(_ISO_DATE, "drop function iso_date(text)"),
        ops.RunSQL(f"grant {declared.READ_WRITE} on custom_fields to {declared.APPLICATION}", ""),
        ops.RunSQL(_kinds(_NEW), _kinds(_OLD)),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.CUSTOM)),
    ]
