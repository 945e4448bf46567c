"""The full profile of customers, contacts and needs; lists of values; settings of fields (D7–D18)."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from service.core.clock import now
from service.core.ids import new_id
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields

from storage import declared


_LISTS = {
    "SourceChannel": (
        ("EXHIBITION", "展会", "Exhibition"),
        ("REFERRAL", "转介绍", "Referral"),
        ("ONLINE_PROMOTION", "线上推广", "Online promotion"),
        ("ONLINE_ADS", "线上广告", "Online ads"),
        ("PHONE", "电话", "Phone"),
        ("VISIT", "拜访", "Visit"),
        ("OTHER", "其他", "Other"),
    ),
    "SizeBand": (
        ("UNDER_50", "50人以下", "Fewer than 50"),
        ("FROM_50", "50-200人", "50 to 199"),
        ("FROM_200", "200-1000人", "200 to 999"),
        ("FROM_1000", "1000人以上", "1,000 and more"),
    ),
    "RevenueBand": (
        ("UNDER_5M", "500万以下", "Under 5 million"),
        ("FROM_5M", "500-2000万", "5 to 20 million"),
        ("FROM_20M", "2000万-1亿", "20 to 100 million"),
        ("FROM_100M", "1亿-4亿", "100 to 400 million"),
        ("FROM_400M", "4亿以上", "400 million and more"),
    ),
    "BudgetBand": (
        ("UNDER_10K", "1万以下", "Under 10k"),
        ("FROM_10K", "1-5万", "10k to 50k"),
        ("FROM_50K", "5-10万", "50k to 100k"),
        ("FROM_100K", "10万以上", "100k and more"),
    ),
    "NeedKind": (
        ("PURCHASE", "产品购买", "Purchase"),
        ("CONSULTING", "服务咨询", "Consulting"),
        ("COOPERATION", "合作洽谈", "Cooperation"),
        ("AFTER_SALES", "售后支持", "After-sales support"),
    ),
    "BusinessForm": (
        ("GUEST_HOUSE", "宾馆", "Guest house"),
        ("HOTEL", "酒店", "Hotel"),
        ("CATERING", "餐饮", "Catering"),
        ("TOBACCO_AND_GROCERY", "烟杂店", "Tobacco and grocery shop"),
        ("SHOPPING_MALL", "综合商场", "Shopping mall"),
        ("SUPERMARKET", "一般超市", "Supermarket"),
        ("CHAIN_SUPERMARKET", "连锁超市", "Chain supermarket"),
        ("CONVENIENCE_STORE", "便利商店", "Convenience store"),
        ("DEPARTMENT_STORE", "百货公司", "Department store"),
        ("LARGE_SUPERMARKET", "大超市", "Large supermarket"),
        ("DISCOUNT_STORE", "量贩店", "Discount store"),
        ("HYPERMARKET", "大卖场", "Hypermarket"),
        ("PUBLIC_BODY", "机关单位", "Public body"),
        ("WHOLESALE", "批发", "Wholesale"),
        ("EXCLUSIVE_SHOP", "专卖店", "Exclusive shop"),
        ("OTHER", "其他", "Other"),
    ),
}
_SEED = "".join(
    "insert into list_values (id, created_at, updated_at, version, list, code, zh, en, position)"
    f" values ('{new_id()}', now(), now(), 1, '{name}', '{code}', '{zh}', '{en}', {place});"
    for name, values in _LISTS.items()
    for place, (code, zh, en) in enumerate(values, start=1)
)
_NO_LONGER_CODES = "".join(
    f"alter table {table} drop constraint if exists {table}_{column}_code;"
    for table, column in (("customers", "size_band"), ("customers", "source"), ("needs", "budget_band"))
)
"""Their values are those of a list from now on."""


class Migration(migrations.Migration):
    dependencies = [('mingce', '0003_policy_and_system_tags')]

    initial = False

    operations = [
        ops.CreateModel(
            name='FieldSetting',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
                ('entity', fields.CharField(max_length=32)),
                ('field', fields.CharField(max_length=64)),
                ('required_of_enterprises', fields.BooleanField(null=True)),
                ('required_of_individuals', fields.BooleanField(null=True)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'field_settings', 'app': 'mingce', 'unique_together': (('entity', 'field'),), 'pk_attr': 'id', 'table_description': 'What an administrator has set about a built-in field; where there is no row, the specification holds.'},
            bases=['Versioned'],
        ),
        ops.CreateModel(
            name='ListValue',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
                ('list', fields.CharField(max_length=32)),
                ('code', fields.CharField(max_length=32)),
                ('zh', fields.CharField(max_length=50)),
                ('en', fields.CharField(max_length=50)),
                ('definition_zh', fields.CharField(null=True, max_length=200)),
                ('definition_en', fields.CharField(null=True, max_length=200)),
                ('position', fields.IntField()),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'list_values', 'app': 'mingce', 'unique_together': (('list', 'code'),), 'pk_attr': 'id', 'table_description': 'One value of a list: a code with its labels. Retired ones stay on the records that have them.'},
            bases=['Versioned'],
        ),
        ops.AddField(
            model_name='Contact',
            name='email_is_personal',
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name='Contact',
            name='staff_number',
            field=fields.CharField(null=True, max_length=50),
        ),
        ops.AddField(
            model_name='Customer',
            name='assessed_by',
            field=fields.ForeignKeyField('mingce.User', source_field='assessed_by_id', null=True, db_constraint=True, to_field='id', related_name='assessed', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Customer',
            name='assessed_on',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Customer',
            name='bank_name',
            field=fields.CharField(null=True, max_length=100),
        ),
        ops.AddField(
            model_name='Customer',
            name='business_form',
            field=fields.CharField(null=True, description='BusinessForm', max_length=32),
        ),
        ops.AddField(
            model_name='Customer',
            name='cooperation_from',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Customer',
            name='cooperation_history',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='cooperation_scope',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='cooperation_until',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Customer',
            name='core_products',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='credit_rating',
            field=fields.CharField(null=True, description='CreditRating', max_length=32),
        ),
        ops.AddField(
            model_name='Customer',
            name='deduction',
            field=fields.CharField(null=True, description='Deduction', max_length=32),
        ),
        ops.AddField(
            model_name='Customer',
            name='delivery_address',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Customer',
            name='delivery_city',
            field=fields.CharField(null=True, max_length=50),
        ),
        ops.AddField(
            model_name='Customer',
            name='delivery_region_code',
            field=fields.CharField(null=True, max_length=6),
        ),
        ops.AddField(
            model_name='Customer',
            name='founded_on',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Customer',
            name='intent',
            field=fields.CharField(null=True, description='Intent', max_length=32),
        ),
        ops.AddField(
            model_name='Customer',
            name='latitude',
            field=fields.DecimalField(null=True, max_digits=9, decimal_places=6),
        ),
        ops.AddField(
            model_name='Customer',
            name='legal_representative',
            field=fields.CharField(null=True, max_length=50),
        ),
        ops.AddField(
            model_name='Customer',
            name='longitude',
            field=fields.DecimalField(null=True, max_digits=9, decimal_places=6),
        ),
        ops.AddField(
            model_name='Customer',
            name='main_business',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='number_of_stores',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Customer',
            name='packaging',
            field=ArrayField(null=True, element_type='TEXT'),
        ),
        ops.AddField(
            model_name='Customer',
            name='parent_unit',
            field=fields.CharField(null=True, max_length=100),
        ),
        ops.AddField(
            model_name='Customer',
            name='referrer_customer',
            field=fields.ForeignKeyField('mingce.Customer', source_field='referrer_customer_id', null=True, db_constraint=True, to_field='id', related_name='referred', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Customer',
            name='referrer_user',
            field=fields.ForeignKeyField('mingce.User', source_field='referrer_user_id', null=True, db_constraint=True, to_field='id', related_name='referred', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Customer',
            name='registered_address',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Customer',
            name='registered_capital',
            field=fields.DecimalField(null=True, max_digits=18, decimal_places=2),
        ),
        ops.AddField(
            model_name='Customer',
            name='registered_capital_currency',
            field=fields.CharField(null=True, max_length=3),
        ),
        ops.AddField(
            model_name='Customer',
            name='registered_city',
            field=fields.CharField(null=True, max_length=50),
        ),
        ops.AddField(
            model_name='Customer',
            name='registered_region_code',
            field=fields.CharField(null=True, max_length=6),
        ),
        ops.AddField(
            model_name='Customer',
            name='revenue_band',
            field=fields.CharField(null=True, description='RevenueBand', max_length=32),
        ),
        ops.AddField(
            model_name='Customer',
            name='risk_level',
            field=fields.CharField(null=True, description='RiskLevel', max_length=32),
        ),
        ops.AddField(
            model_name='Customer',
            name='service_level',
            field=fields.CharField(null=True, max_length=50),
        ),
        ops.AddField(
            model_name='Customer',
            name='shop_url',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Customer',
            name='tax_number',
            field=fields.CharField(null=True, max_length=20),
        ),
        ops.AddField(
            model_name='Customer',
            name='trade_goods',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Need',
            name='business_goal',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Need',
            name='closed_reason',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Need',
            name='expected_purchase',
            field=fields.CharField(null=True, description='ExpectedPurchase', max_length=32),
        ),
        ops.AddField(
            model_name='Need',
            name='potential_need',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Need',
            name='product_preference',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.RunSQL(_NO_LONGER_CODES, ""),
        *(ops.RunSQL(made, unmade) for made, unmade in declared.made_by(declared.PROFILE)),
        ops.RunSQL(declared.GRANT, ""),
        ops.RunSQL(_SEED, "delete from list_values"),
    ]
