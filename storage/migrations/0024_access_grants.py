"""Access grants: who is given access to fields of customers of another department, for how long."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.enums import ApprovalKind
from service.core.ids import new_id
from storage import declared

_TABLES = ("access_grants", "access_grant_customers")
_GRANTS = ";".join(f"grant {declared.READ_WRITE} on {table} to {declared.APPLICATION}" for table in _TABLES)
_FLOW = """
insert into approval_flows (id, created_at, updated_at, version, kind, is_on, rules) values
    (uuidv7(), now(), now(), 1, 'DATA_ACCESS', true, array['DEPARTMENT_HEAD', 'DATA_STEWARD'])
"""
_NO_FLOW = "delete from approvals where kind = 'DATA_ACCESS'; delete from approval_flows where kind = 'DATA_ACCESS'"


def _codes(table, column, names):
    codes = ", ".join(f"'{name}'" for name in names)
    name = f"{table}_{column}_code"
    return f"alter table {table} drop constraint {name}; alter table {table} add constraint {name} check ({column} in ({codes}));"


_KINDS = [one.value for one in ApprovalKind]
_BEFORE = [name for name in _KINDS if name != "DATA_ACCESS"]
_MADE = _codes("approvals", "kind", _KINDS) + _codes("approval_flows", "kind", _KINDS)
_UNMADE = _codes("approvals", "kind", _BEFORE) + _codes("approval_flows", "kind", _BEFORE)


def _to(model, column, name, *, null=False, on_delete=OnDelete.RESTRICT):
    return (
        column,
        fields.ForeignKeyField(f"mingce.{model}", source_field=f"{column}_id", null=null, db_constraint=True, to_field="id", related_name=name, on_delete=on_delete),
    )


_KEY = ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True))
_CREATED = ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False))
_VERSIONED = (
    _KEY,
    _CREATED,
    ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
    ("version", fields.IntField(default=1)),
)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0023_approvals")]

    operations = [
        ops.CreateModel(
            name="AccessGrant",
            fields=[
                *_VERSIONED,
                _to("User", "holder", "access_grants"),
                _to("Department", "department", "access_grants", null=True, on_delete=OnDelete.SET_NULL),
                ("data_classes", ArrayField(element_type="text")),
                ("purpose", fields.CharField(max_length=200)),
                ("customer_count", fields.IntField()),
                ("begins_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("granted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                _to("User", "checked_by", "checked_grants", null=True),
                _to("User", "granted_by", "granted_grants", null=True),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                _to("User", "ended_by", "ended_grants", null=True),
                ("end_reason", fields.CharField(null=True, max_length=200)),
            ],
            options={"table": "access_grants", "app": "mingce", "pk_attr": "id", "table_description": "Access that somebody has asked for; in force between its times once it is granted, and until it is ended."},
            bases=["Versioned"],
        ),
        ops.CreateModel(
            name="AccessGrantCustomer",
            fields=[
                _KEY,
                _to("AccessGrant", "grant", "members", on_delete=OnDelete.CASCADE),
                _to("Customer", "customer", "access_grants", on_delete=OnDelete.CASCADE),
            ],
            options={"table": "access_grant_customers", "app": "mingce", "unique_together": (("grant", "customer"),), "indexes": [Index(fields=["customer_id"])], "pk_attr": "id", "table_description": "One of the customers that a grant is about."},
            bases=["Model"],
        ),
        ops.RunSQL(_MADE, _UNMADE),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.ACCESS)),
        ops.RunSQL(_GRANTS, ""),
        ops.RunSQL(_FLOW, _NO_FLOW),
    ]
