"""Branches, payment terms and procedures, relations between customers; tags with versions that can be retired."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from service.core.clock import now
from service.core.ids import new_id
from storage import declared

_NEW_TABLES = ("branches", "payment_terms", "procedures", "customer_relations")
_GRANTS = ";".join(f"grant {declared.READ_WRITE} on {table} to {declared.APPLICATION}" for table in _NEW_TABLES)


class Migration(migrations.Migration):
    dependencies = [("mingce", "0006_tasks_and_corrections")]

    operations = [
        ops.CreateModel(
            name='Branch',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
                ('customer', fields.ForeignKeyField('mingce.Customer', source_field='customer_id', db_constraint=True, to_field='id', related_name='branches', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=100)),
                ('phone', fields.CharField(null=True, max_length=30)),
                ('business_region_code', fields.CharField(null=True, max_length=6)),
                ('business_city', fields.CharField(null=True, max_length=50)),
                ('business_address', fields.CharField(null=True, max_length=200)),
                ('delivery_region_code', fields.CharField(null=True, max_length=6)),
                ('delivery_city', fields.CharField(null=True, max_length=50)),
                ('delivery_address', fields.CharField(null=True, max_length=200)),
                ('manager_name', fields.CharField(null=True, max_length=50)),
                ('salutation', fields.CharField(null=True, description='Salutation', max_length=32)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'branches', 'app': 'mingce', 'pk_attr': 'id', 'table_description': 'A place of an enterprise.'},
            bases=['Versioned'],
        ),
        ops.CreateModel(
            name='CustomerRelation',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
                ('from_customer', fields.ForeignKeyField('mingce.Customer', source_field='from_customer_id', db_constraint=True, to_field='id', related_name='relations_out', on_delete=OnDelete.CASCADE)),
                ('to_customer', fields.ForeignKeyField('mingce.Customer', source_field='to_customer_id', db_constraint=True, to_field='id', related_name='relations_in', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(description='CustomerRelationKind', max_length=32)),
                ('note', fields.CharField(null=True, max_length=200)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'customer_relations', 'app': 'mingce', 'pk_attr': 'id', 'table_description': 'What one customer is to another: `to_customer` is the `kind` of `from_customer`.'},
            bases=['Versioned'],
        ),
        ops.CreateModel(
            name='PaymentTerm',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('customer', fields.ForeignKeyField('mingce.Customer', source_field='customer_id', db_constraint=True, to_field='id', related_name='payment_terms', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(description='PaymentTermKind', max_length=32)),
                ('share', fields.DecimalField(max_digits=5, decimal_places=2)),
                ('days', fields.IntField(null=True)),
                ('day_of_month', fields.IntField(null=True)),
                ('amount', fields.DecimalField(null=True, max_digits=18, decimal_places=2)),
                ('amount_currency', fields.CharField(null=True, max_length=3)),
                ('position', fields.IntField()),
            ],
            options={'table': 'payment_terms', 'app': 'mingce', 'pk_attr': 'id', 'table_description': 'When a customer pays a share. All terms of a customer are set anew together.'},
            bases=['Record'],
        ),
        ops.CreateModel(
            name='Procedure',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
                ('customer', fields.ForeignKeyField('mingce.Customer', source_field='customer_id', db_constraint=True, to_field='id', related_name='procedures', on_delete=OnDelete.CASCADE)),
                ('contact', fields.ForeignKeyField('mingce.Contact', source_field='contact_id', null=True, db_constraint=True, to_field='id', related_name='procedures', on_delete=OnDelete.SET_NULL)),
                ('kind', fields.CharField(description='ProcedureKind', max_length=32)),
                ('text', fields.TextField(null=True, unique=False)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'procedures', 'app': 'mingce', 'pk_attr': 'id', 'table_description': 'How one orders, reconciles or settles with a customer.'},
            bases=['Versioned'],
        ),
        ops.AddField(model_name='Tag', name='retired_at', field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name='Tag', name='updated_at', field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
        ops.AddField(model_name='Tag', name='version', field=fields.IntField(null=True)),
        ops.RunSQL("update tags set updated_at = created_at, version = 1", ""),
        ops.AlterField(model_name='Tag', name='updated_at', field=fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
        ops.AlterField(model_name='Tag', name='version', field=fields.IntField(default=1)),
        ops.RunSQL(_GRANTS, ""),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.NETWORK)),
    ]
