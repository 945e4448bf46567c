"""Masked copies: access that is delivered as a file."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from service.core.enums import Upkeep
from storage import declared


def _codes(names):
    codes = ", ".join(f"'{name}'" for name in names)
    return f"alter table jobs drop constraint jobs_upkeep_code; alter table jobs add constraint jobs_upkeep_code check (upkeep in ({codes}));"


_UPKEEP = [one.value for one in Upkeep]
_UNMADE = "delete from jobs where upkeep = 'ERASE_COPIES';" + _codes([name for name in _UPKEEP if name != "ERASE_COPIES"])


class Migration(migrations.Migration):
    dependencies = [("mingce", "0024_access_grants")]

    operations = [
        ops.AddField(model_name="AccessGrant", name="delivery", field=fields.CharField(default="GRANT", description="AccessDelivery", max_length=32)),
        ops.AddField(model_name="AccessGrant", name="copied_at", field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.RunSQL(_codes(_UPKEEP), _UNMADE),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.COPIES)),
    ]
