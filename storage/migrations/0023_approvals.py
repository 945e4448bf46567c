"""Requests for approval, who stands in for whom, and which flows are on."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.enums import EventTopic, Upkeep
from service.core.ids import new_id
from storage import declared

_TABLES = ("approvals", "approval_changes", "delegations", "approval_flows")
_GRANTS = ";".join(f"grant {declared.READ_WRITE} on {table} to {declared.APPLICATION}" for table in _TABLES)
_FLOWS = """
insert into approval_flows (id, created_at, updated_at, version, kind, is_on, rules) values
    (uuidv7(), now(), now(), 1, 'CUSTOMER_ENTRY', false, array['DEPARTMENT_HEAD']),
    (uuidv7(), now(), now(), 1, 'CUSTOMER_CHANGE', true, array['SUPERVISOR']),
    (uuidv7(), now(), now(), 1, 'HAND_OVER', true, array['HR_OR_MANAGER'])
"""


def _codes(table, column, names):
    codes = ", ".join(f"'{name}'" for name in names)
    name = f"{table}_{column}_code"
    return f"alter table {table} drop constraint {name}; alter table {table} add constraint {name} check ({column} in ({codes}));"


_TOPICS, _UPKEEP = [one.value for one in EventTopic], [one.value for one in Upkeep]
_MADE = _codes("events", "topic", _TOPICS) + _codes("jobs", "upkeep", _UPKEEP)
_UNMADE = (
    "delete from events where topic = 'APPROVAL'; delete from jobs where upkeep = 'APPROVALS';"
    + _codes("events", "topic", [name for name in _TOPICS if name != "APPROVAL"])
    + _codes("jobs", "upkeep", [name for name in _UPKEEP if name != "APPROVALS"])
)


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
    dependencies = [("mingce", "0022_protected_values")]

    operations = [
        ops.CreateModel(
            name="Approval",
            fields=[
                *_VERSIONED,
                ("kind", fields.CharField(description="ApprovalKind", max_length=32)),
                ("state", fields.CharField(default="PENDING", description="ApprovalState", max_length=32)),
                _to("Customer", "customer", "approvals", null=True, on_delete=OnDelete.CASCADE),
                _to("Department", "department", "approvals", null=True, on_delete=OnDelete.SET_NULL),
                _to("User", "requester", "requests"),
                ("subject_type", fields.CharField(null=True, max_length=32)),
                ("subject_id", fields.UUIDField(null=True)),
                ("reason", fields.CharField(null=True, max_length=200)),
                ("rule", fields.CharField(description="Decider", max_length=32)),
                ("later_rules", ArrayField(element_type="text", default=list)),
                ("decided_before", ArrayField(element_type="uuid", default=list)),
                ("payload", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reminded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                _to("User", "decided_by", "decisions", null=True),
                _to("User", "in_place_of", "decisions_by_others", null=True),
                ("comment", fields.CharField(null=True, max_length=200)),
            ],
            options={"table": "approvals", "app": "mingce", "pk_attr": "id", "table_description": "A request that somebody else has to decide about."},
            bases=["Versioned"],
        ),
        ops.CreateModel(
            name="ApprovalChange",
            fields=[
                _KEY,
                _to("Approval", "approval", "changes", on_delete=OnDelete.CASCADE),
                ("field", fields.CharField(max_length=64)),
                ("before", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("after", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("sealed", fields.BinaryField(null=True)),
            ],
            options={"table": "approval_changes", "app": "mingce", "unique_together": (("approval", "field"),), "pk_attr": "id", "table_description": "What a request is to change: one field, before and after. Of a protected value, as it is shown."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Delegation",
            fields=[
                _KEY,
                _CREATED,
                _to("User", "user", "delegations"),
                _to("User", "delegate", "deputises"),
                ("begins_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "delegations", "app": "mingce", "indexes": [Index(fields=["user_id"])], "pk_attr": "id", "table_description": "Somebody is away, and another one decides in his place (D34)."},
            bases=["Record"],
        ),
        ops.CreateModel(
            name="ApprovalFlow",
            fields=[
                *_VERSIONED,
                ("kind", fields.CharField(description="ApprovalKind", max_length=32)),
                _to("Department", "department", "approval_flows", null=True, on_delete=OnDelete.CASCADE),
                ("is_on", fields.BooleanField()),
                ("rules", ArrayField(element_type="text")),
            ],
            options={"table": "approval_flows", "app": "mingce", "pk_attr": "id", "table_description": "Whether requests of one kind are made, and who decides: in a department and those below it, or everywhere."},
            bases=["Versioned"],
        ),
        ops.AddField(model_name="HandOver", name="approved_by", field=_to("User", "approved_by", "approved_hand_overs", null=True)[1]),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.APPROVALS)),
        ops.RunSQL(_MADE, _UNMADE),
        ops.RunSQL(_GRANTS, ""),
        ops.RunSQL(_FLOWS, ""),
    ]
