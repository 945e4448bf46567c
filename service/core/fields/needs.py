"""Needs (D18)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

BUSINESS, COMMERCIAL = DataClass.BUSINESS, DataClass.COMMERCIAL
ENUM = FieldType.ENUM

NEED = EntitySpec(
    name="Need",
    prefix="nee",
    row_class=BUSINESS,
    zh="需求",
    en="Need",
    doc="What a customer is after (D18).",
    fields=(
        FieldSpec(name="kinds", type=FieldType.CHOICE_LIST, enum=enums.NeedKind, data_class=BUSINESS, settable=True,
                  nullable=False, reviewed=True, zh="核心需求类型", en="Core need kinds", doc="One or several (D18)."),
        FieldSpec(name="priority", type=ENUM, enum=enums.NeedPriority, data_class=BUSINESS, settable=True,
                  sortable=True, zh="需求优先级", en="Priority", doc="How soon a deal is likely (D18)."),
        FieldSpec(name="state", type=ENUM, enum=enums.NeedState, data_class=BUSINESS, nullable=False,
                  zh="需求状态", en="State", doc="Open, met or dropped (D18)."),
        FieldSpec(name="current_need", data_class=BUSINESS, settable=True, reviewed=True, zh="当前需求",
                  en="Current need", doc="In the customer's words (D18)."),
        FieldSpec(name="potential_need", data_class=BUSINESS, settable=True, zh="潜在需求", en="Potential need",
                  doc="What the customer may want later (D18)."),
        FieldSpec(name="pain_points", data_class=BUSINESS, settable=True, zh="痛点", en="Pain points",
                  doc="What troubles the customer (D18)."),
        FieldSpec(name="business_goal", data_class=BUSINESS, settable=True, zh="业务目标", en="Business goal",
                  doc="What the customer wants to reach (D18)."),
        FieldSpec(name="product_preference", data_class=BUSINESS, settable=True, zh="产品偏好",
                  en="Product preference", doc="What the customer likes (D18)."),
        FieldSpec(name="budget_band", type=FieldType.CHOICE, enum=enums.BudgetBand, data_class=COMMERCIAL,
                  settable=True, sortable=True, reviewed=True, zh="预算范围", en="Budget",
                  doc="In CNY, lower bound included (D18)."),
        FieldSpec(name="expected_purchase", type=ENUM, enum=enums.ExpectedPurchase, data_class=BUSINESS,
                  settable=True, zh="预计采购时间类型", en="Kind of the expected time",
                  doc="A day, a quarter, or urgent (D18)."),
        FieldSpec(name="expected_purchase_on", type=FieldType.DATE, data_class=BUSINESS, settable=True, sortable=True,
                  zh="预计采购时间", en="Expected purchase",
                  doc="The day by which a purchase is expected; of a quarter its last day (D18)."),
        FieldSpec(name="closed_reason", data_class=BUSINESS, zh="关闭原因", en="Reason for closing",
                  doc="Why the need was dropped, or how it was met (D18)."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BUSINESS, nullable=False, sortable=True,
                  zh="录入时间", en="Created", doc="When the record was entered."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BUSINESS, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(RelationSpec(name="customer", target="Customer", nullable=False, doc="Whose need it is."),),
)
