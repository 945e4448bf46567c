"""Requests for approval, as they are read (D34)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, RelationSpec

BASIC = DataClass.BASIC
ENUM, DATETIME = FieldType.ENUM, FieldType.DATETIME

APPROVAL = EntitySpec(
    name="Approval",
    prefix="apv",
    row_class=BASIC,
    holds_changes=True,
    apart=True,
    zh="审批",
    en="Approval",
    doc="A request that somebody else has to decide about. It exists for who asked, for who may decide or has decided,"
        " for the manager of the customer's department, and for who reads the change log as such (D34).",
    fields=(
        FieldSpec(name="kind", type=ENUM, enum=enums.ApprovalKind, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="审批类型", en="Kind", doc="What is asked for."),
        FieldSpec(name="state", type=ENUM, enum=enums.ApprovalState, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="审批状态", en="State", doc="What became of it; only PENDING can be decided."),
        FieldSpec(name="subject_type", data_class=BASIC, mask=Mask.SHOW, zh="对象类型", en="Type of the record",
                  doc="The type of the record that is to change, for instance Customer or Need."),
        FieldSpec(name="subject_id", type=FieldType.ID, data_class=BASIC, zh="对象", en="Record",
                  doc="The id of that record."),
        FieldSpec(name="changed_fields", type=FieldType.CHOICE_LIST, data_class=BASIC, nullable=False,
                  zh="变更字段", en="Changed fields",
                  doc="The names of those fields that are to change and that you are shown, masked or whole."),
        FieldSpec(name="reason", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="申请原因", en="Reason",
                  doc="Why, as who asked has stated it."),
        FieldSpec(name="rule", type=ENUM, enum=enums.Decider, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="审批规则", en="Rule",
                  doc="By which rule it is found who decides now; of an ended one, who would."),
        FieldSpec(name="awaits_you", type=FieldType.BOOLEAN, data_class=BASIC, nullable=False, grouped_by=(),
                  zh="待您审批", en="Awaits you",
                  doc="Whether you may approve or reject it now, also in place of somebody who is away."),
        FieldSpec(name="comment", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="审批意见", en="Comment",
                  doc="What was said about the decision."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BASIC, nullable=False, sortable=True, grouped_by=(),
                  zh="申请时间", en="Asked", doc="When it was asked for."),
        FieldSpec(name="expires_at", type=DATETIME, data_class=BASIC, nullable=False, sortable=True, grouped_by=(),
                  zh="截止时间", en="Expires", doc="When it ends undecided."),
        FieldSpec(name="reminded_at", type=DATETIME, data_class=BASIC, grouped_by=(), zh="催办时间", en="Reminded",
                  doc="When who may decide was last reminded."),
        FieldSpec(name="decided_at", type=DATETIME, data_class=BASIC, sortable=True, grouped_by=(), zh="结束时间",
                  en="Ended", doc="When it was decided, withdrawn, or ended in another way."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a decision, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="requester", target="User", nullable=False, doc="Who asked."),
        RelationSpec(name="decided_by", target="User", doc="Who approved or rejected it."),
        RelationSpec(name="in_place_of", target="User", doc="Whose decision it was, where somebody stood in for him."),
        RelationSpec(name="customer", target="Customer", doc="The customer concerned; null where there is none."),
    ),
)
