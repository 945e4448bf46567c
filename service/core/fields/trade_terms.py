"""Trade terms that are more than one value: when a customer pays, and how one deals with it (D15)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

COMMERCIAL = DataClass.COMMERCIAL

PAYMENT_TERM = EntitySpec(
    name="PaymentTerm",
    prefix="pay",
    row_class=COMMERCIAL,
    zh="付款条件",
    en="Payment term",
    doc="When a customer pays a share of what it buys; the shares of all its terms are 100 percent (D15).",
    fields=(
        FieldSpec(name="kind", type=FieldType.ENUM, enum=enums.PaymentTermKind, data_class=COMMERCIAL, nullable=False,
                  settable=True, zh="结算方式", en="Kind", doc="When it is paid (D15)."),
        FieldSpec(name="share", type=FieldType.DECIMAL, data_class=COMMERCIAL, settable=True, sortable=True,
                  zh="比例", en="Share", doc="Of what is paid in this way, in percent (D15)."),
        FieldSpec(name="days", type=FieldType.INT, data_class=COMMERCIAL, settable=True, zh="天数", en="Days",
                  doc="After the end of the month, the invoice or the delivery (D15)."),
        FieldSpec(name="day_of_month", type=FieldType.INT, data_class=COMMERCIAL, settable=True, zh="每月付款日",
                  en="Day of the month", doc="On which it is paid; the last day in shorter months (D15)."),
        FieldSpec(name="amount", type=FieldType.MONEY, data_class=COMMERCIAL, settable=True, zh="铺底金额",
                  en="Standing amount", doc="What may stand; the excess is paid in cash (D15)."),
        FieldSpec(name="position", type=FieldType.INT, data_class=COMMERCIAL, nullable=False, sortable=True,
                  zh="顺序", en="Position", doc="Where it stands among the terms of the customer, from 1."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=COMMERCIAL, nullable=False,
                  zh="录入时间", en="Created", doc="When the terms were set."),
    ),
    relations=(RelationSpec(name="customer", target="Customer", nullable=False, doc="Who pays."),),
    default_order=(("position", False),),
)

PROCEDURE = EntitySpec(
    name="Procedure",
    prefix="pro",
    row_class=COMMERCIAL,
    zh="业务流程",
    en="Procedure",
    doc="How one orders, reconciles or settles with a customer, and with whom (D15).",
    fields=(
        FieldSpec(name="kind", type=FieldType.ENUM, enum=enums.ProcedureKind, data_class=COMMERCIAL, nullable=False,
                  settable=True, zh="流程类型", en="Kind", doc="What it is about (D15)."),
        FieldSpec(name="text", data_class=COMMERCIAL, settable=True, zh="流程说明", en="Text",
                  doc="What is done, step by step (D15)."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=COMMERCIAL, nullable=False, sortable=True,
                  zh="录入时间", en="Created", doc="When the record was entered."),
        FieldSpec(name="updated_at", type=FieldType.DATETIME, data_class=COMMERCIAL, nullable=False,
                  zh="更新时间", en="Updated", doc="When the record was last changed."),
        FieldSpec(name="version", type=FieldType.INT, data_class=COMMERCIAL, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="With whom it is done."),
        RelationSpec(name="contact", target="Contact", settable=True, zh="联系人",
                     doc="The person at the customer to contact (D15)."),
    ),
    default_order=(("created_at", False),),
)
