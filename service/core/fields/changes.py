"""The change log, as it is read (D35)."""

# Read as a table, one entry a line or two.
# fmt: off

from __future__ import annotations

from dataclasses import dataclass

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.attachments import ATTACHMENT
from service.core.fields.branches import BRANCH
from service.core.fields.catalogue import LIST_VALUE
from service.core.fields.consents import CONSENT
from service.core.fields.contacts import CONTACT
from service.core.fields.custom_fields import CUSTOM_FIELD
from service.core.fields.customer_relations import CUSTOMER_RELATION
from service.core.fields.customers import CUSTOMER
from service.core.fields.follow_ups import FOLLOW_UP, REMINDER, TASK
from service.core.fields.needs import NEED
from service.core.fields.people import DEPARTMENT, USER
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, RelationSpec
from service.core.fields.stages import STAGE_MOVE
from service.core.fields.tags import TAG
from service.core.fields.trade_terms import PAYMENT_TERM, PROCEDURE

BASIC, BUSINESS, COMMERCIAL = DataClass.BASIC, DataClass.BUSINESS, DataClass.COMMERCIAL

CHANGE = EntitySpec(
    name="Change",
    prefix="chg",
    row_class=BASIC,
    holds_changes=True,
    apart=True,
    zh="变更",
    en="Change",
    doc="One row of the change log: who did what, when, to which record, and what it was before (D35).",
    fields=(
        FieldSpec(name="at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True, grouped_by=(),
                  zh="时间", en="Time", doc="When it was done."),
        FieldSpec(name="action", data_class=BASIC, nullable=False, mask=Mask.SHOW, zh="操作", en="Action",
                  doc="What was done, as feature.verb, for instance customer.update."),
        FieldSpec(name="outcome", type=FieldType.ENUM, enum=enums.Outcome, data_class=BASIC, nullable=False,
                  grouped_by=(), zh="结果", en="Outcome",
                  doc="Whether it was done or refused; refused attempts are shown to auditors and administrators."),
        FieldSpec(name="subject_type", data_class=BASIC, mask=Mask.SHOW, zh="对象类型", en="Type of the record",
                  doc="The type of the record concerned, for instance Contact."),
        FieldSpec(name="subject_id", type=FieldType.ID, data_class=BASIC, zh="对象", en="Record",
                  doc="The id of the record concerned; it may exist no more."),
        FieldSpec(name="changed_fields", type=FieldType.CHOICE_LIST, data_class=BASIC, nullable=False,
                  zh="变更字段", en="Changed fields",
                  doc="The names of those fields that changed and that you are shown, masked or whole."),
        FieldSpec(name="reason", data_class=BUSINESS, filterable=False, zh="原因", en="Reason",
                  doc="Why, as it was stated (D33)."),
        FieldSpec(name="refusal", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="拒绝代码", en="Refusal",
                  doc="The codes of the errors, where it was refused."),
        FieldSpec(name="channel", type=FieldType.ENUM, enum=enums.Channel, data_class=BASIC, nullable=False,
                  grouped_by=(), zh="渠道", en="Channel", doc="The way by which it came in."),
        FieldSpec(name="request_id", data_class=BASIC, mask=Mask.SHOW, filterable=False, zh="请求编号",
                  en="Request id", doc="The request of which it was part, as the server's logs have it."),
    ),
    relations=(
        RelationSpec(name="actor", target="User", doc="Who did it; null for the system and for a sign-in that failed."),
        RelationSpec(name="customer", target="Customer", doc="The customer concerned; null where there is none."),
    ),
    default_order=(("at", True),),
)
# fmt: on


@dataclass(frozen=True)
class Logged:
    """A field as the log has it: under which guards its values stand, and the prefix of the ids among them."""

    spec: FieldSpec
    prefix: str = ""


def _also(name: str, data_class: DataClass = BASIC, mask: Mask = Mask.SHOW) -> FieldSpec:
    return FieldSpec(name=name, data_class=data_class, mask=mask, zh="", en="", doc="")


_ALSO: dict[str, tuple[Logged, ...]] = {
    "Customer": (
        Logged(_also("tags")),
        Logged(_also("collaborator"), USER.prefix),
        Logged(_also("editor"), USER.prefix),
        Logged(_also("customers")),
        Logged(_also("submission_evidence")),
        Logged(_also("confirmed_by", DataClass.CONTACT, Mask.PERSON_NAME)),
        Logged(_also("confirmed_at")),
    )
}
"""What the log holds besides fields and links of the record."""

SUBJECTS = (
    CUSTOMER, CONTACT, FOLLOW_UP, NEED, STAGE_MOVE, TASK, REMINDER, BRANCH, PAYMENT_TERM, PROCEDURE, CUSTOMER_RELATION,
    ATTACHMENT, CONSENT,
)  # fmt: skip
"""Records of customers: each stands under the guards of its type."""
OF_HOUSE = (
    *(spec.name for spec in (USER, DEPARTMENT, TAG, LIST_VALUE, CUSTOM_FIELD)), "PolicyCell", "FieldSetting", "Cadence",
    "Approval", "ApprovalFlow", "Delegation", "AccessGrant",
)  # fmt: skip
"""Records of the company itself: they hold no customer's data."""


def logged(spec: EntitySpec, *, identity: bool = False) -> dict[str, Logged]:
    """The fields of a type of record by their names in the log.

    Of links only those to staff: another record may be hidden from whoever reads. IDENTITY has no values there; with
    `identity`, where it is kept as it is shown.
    """
    found = {f.name: Logged(f) for f in spec.fields if identity or f.data_class is not DataClass.IDENTITY}
    for link in spec.relations:
        if not link.many and link.target in ("User", "Department"):
            prefix = (USER if link.target == "User" else DEPARTMENT).prefix
            found[f"{link.name}_id"] = Logged(_also(f"{link.name}_id", link.data_class or BASIC), prefix)
    return found | {one.spec.name: one for one in _ALSO.get(spec.name, ())}
