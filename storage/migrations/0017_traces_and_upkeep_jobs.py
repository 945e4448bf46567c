"""Messages carry the span that asked for them; upkeep that an administrator starts is a job."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from service.core.enums import JobKind
from storage import declared


def _kinds(names):
    codes = ", ".join(f"'{name}'" for name in names)
    return f"alter table jobs drop constraint jobs_kind_code; alter table jobs add constraint jobs_kind_code check (kind in ({codes}))"


_NEW = [kind.value for kind in JobKind]
_OLD = [kind for kind in _NEW if kind != "UPKEEP"]


class Migration(migrations.Migration):
    dependencies = [("mingce", "0016_hashed_grams")]

    operations = [
        ops.AddField(model_name="OutboxMessage", name="traceparent", field=fields.CharField(null=True, max_length=55)),
        ops.AddField(model_name="Job", name="upkeep", field=fields.CharField(null=True, description="Upkeep", max_length=32)),
        ops.RunSQL(_kinds(_NEW), "delete from jobs where kind = 'UPKEEP'; " + _kinds(_OLD)),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.UPKEEP)),
    ]
