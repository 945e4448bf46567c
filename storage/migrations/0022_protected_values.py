"""ID numbers and bank accounts: sealed values, beside what may be shown of them (D60)."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared

_COLUMNS = {"id_number": 8, "id_number_digest": 64, "bank_account": 8, "bank_account_digest": 64}


class Migration(migrations.Migration):
    dependencies = [("mingce", "0021_attachments")]

    operations = [
        *(
            ops.AddField(model_name="Customer", name=name, field=fields.CharField(null=True, max_length=length))
            for name, length in _COLUMNS.items()
        ),
        ops.CreateModel(
            name="ProtectedValue",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("customer", fields.ForeignKeyField("mingce.Customer", source_field="customer_id", db_constraint=True, to_field="id", related_name="protected_values", on_delete=OnDelete.CASCADE)),
                ("field", fields.CharField(max_length=32)),
                ("sealed", fields.BinaryField()),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "protected_values", "app": "mingce", "unique_together": (("customer", "field"),), "pk_attr": "id", "table_description": "A value that is kept encrypted. What is shown of it stands in the customer."},
            bases=["Model"],
        ),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.VAULT)),
        ops.RunSQL(f"grant {declared.READ_WRITE} on protected_values to {declared.APPLICATION}", ""),
    ]
