"""Consents (D46)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

BASIC, BUSINESS = DataClass.BASIC, DataClass.BUSINESS
ENUM, DATETIME = FieldType.ENUM, FieldType.DATETIME

CONSENT = EntitySpec(
    name="Consent",
    prefix="cst",
    row_class=BASIC,
    zh="客户同意",
    en="Consent",
    doc="What a customer has agreed to, with the evidence of it; it may take it back at any time (D46).",
    fields=(
        FieldSpec(name="purpose", type=ENUM, enum=enums.ConsentPurpose, data_class=BASIC, nullable=False, settable=True,
                  sortable=True, zh="同意用途", en="Purpose", doc="What the customer has agreed to."),
        FieldSpec(name="state", type=ENUM, enum=enums.ConsentState, data_class=BASIC, nullable=False, zh="同意状态",
                  en="State", doc="Whether it holds: lists and files ask for GIVEN."),
        FieldSpec(name="recipient", data_class=BASIC, settable=True, zh="接收方", en="Recipient",
                  doc="Who may be given data, where the customer has named somebody; null: whoever it is."),
        FieldSpec(name="given_on", type=FieldType.DATE, data_class=BASIC, nullable=False, settable=True, sortable=True,
                  zh="同意日期", en="Given", doc="The day on which the customer agreed."),
        FieldSpec(name="withdrawn_at", type=DATETIME, data_class=BASIC, grouped_by=(), zh="撤回时间", en="Withdrawn",
                  doc="When it was taken back; null while it holds."),
        FieldSpec(name="note", data_class=BUSINESS, settable=True, zh="备注", en="Note",
                  doc="How it was given or taken back, at most 200 characters."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BASIC, nullable=False, sortable=True, zh="录入时间",
                  en="Created", doc="When the record was entered."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False, zh="版本",
                  en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="Who has agreed."),
        RelationSpec(name="evidence", target="Attachment", settable=True, zh="凭证",
                     doc="The file that shows it: a signed form, a letter. Sharing takes one (D46)."),
        RelationSpec(name="recorded_by", target="User", doc="Who has entered it."),
    ),
    default_order=(("created_at", True),),
)
