"""Sharing outside the company: to whom, what for, on whose word."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from service.core.enums import ApprovalKind
from storage import declared

_FLOW = """
insert into approval_flows (id, created_at, updated_at, version, kind, is_on, rules) values
    (uuidv7(), now(), now(), 1, 'SHARING', true, array['DEPARTMENT_HEAD', 'DATA_STEWARD'])
"""
_NO_FLOW = "delete from approvals where kind = 'SHARING'; delete from approval_flows where kind = 'SHARING'"
_BY_TWO = "alter table access_grants drop constraint if exists access_grants_by_two"


def _codes(table, column, names):
    codes = ", ".join(f"'{name}'" for name in names)
    name = f"{table}_{column}_code"
    return f"alter table {table} drop constraint {name}; alter table {table} add constraint {name} check ({column} in ({codes}));"


_KINDS = [one.value for one in ApprovalKind]
_BEFORE = [name for name in _KINDS if name != "SHARING"]
_MADE = _codes("approvals", "kind", _KINDS) + _codes("approval_flows", "kind", _KINDS)
_UNMADE = _codes("approvals", "kind", _BEFORE) + _codes("approval_flows", "kind", _BEFORE)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0026_consents")]

    operations = [
        ops.AddField(model_name="AccessGrant", name="recipient", field=fields.CharField(null=True, max_length=100)),
        ops.AddField(model_name="AccessGrant", name="for_marketing", field=fields.BooleanField(default=False)),
        ops.AddField(model_name="AccessGrant", name="is_authorised", field=fields.BooleanField(default=False)),
        ops.RunSQL(_BY_TWO, ""),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.SHARES)),
        ops.RunSQL(_MADE, _UNMADE),
        ops.RunSQL(_FLOW, _NO_FLOW),
    ]
