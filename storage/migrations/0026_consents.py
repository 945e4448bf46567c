"""What customers have agreed to."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared


def _to(model, column, name, *, null=False, on_delete=OnDelete.RESTRICT):
    return (
        column,
        fields.ForeignKeyField(f"mingce.{model}", source_field=f"{column}_id", null=null, db_constraint=True, to_field="id", related_name=name, on_delete=on_delete),
    )


class Migration(migrations.Migration):
    dependencies = [("mingce", "0025_masked_copies")]

    operations = [
        ops.CreateModel(
            name="Consent",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                _to("Customer", "customer", "consents", on_delete=OnDelete.CASCADE),
                _to("Attachment", "evidence", "consents", null=True, on_delete=OnDelete.SET_NULL),
                _to("User", "recorded_by", "recorded_consents"),
                ("purpose", fields.CharField(description="ConsentPurpose", max_length=32)),
                ("state", fields.CharField(default="GIVEN", description="ConsentState", max_length=32)),
                ("recipient", fields.CharField(null=True, max_length=100)),
                ("given_on", fields.DateField()),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("note", fields.CharField(null=True, max_length=200)),
            ],
            options={"table": "consents", "app": "mingce", "pk_attr": "id", "table_description": "What a customer has agreed to. One that was taken back stays; one given again is another one."},
            bases=["Versioned"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.CONSENTS)),
        ops.RunSQL(f"grant {declared.READ_WRITE} on consents to {declared.APPLICATION}", ""),
    ]
