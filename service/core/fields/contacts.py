"""Contacts (D16)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, RelationSpec

BASIC, BUSINESS, CONTACT_CLASS = DataClass.BASIC, DataClass.BUSINESS, DataClass.CONTACT

CONTACT = EntitySpec(
    name="Contact",
    prefix="con",
    row_class=CONTACT_CLASS,
    zh="联系人",
    en="Contact",
    doc="A person at a customer (D16).",
    fields=(
        FieldSpec(name="name", data_class=CONTACT_CLASS, mask=Mask.PERSON_NAME, settable=True, sortable=True,
                  zh="联系人姓名", en="Name", doc="The real name; an honorific alone is refused (D16)."),
        FieldSpec(name="salutation", type=FieldType.ENUM, enum=enums.Salutation, data_class=CONTACT_CLASS,
                  settable=True, zh="称谓", en="Form of address", doc="How the person is addressed (D8)."),
        FieldSpec(name="title", data_class=BUSINESS, settable=True, zh="职务", en="Title", doc="Job title (D16)."),
        FieldSpec(name="department_name", data_class=BUSINESS, settable=True, zh="所在部门", en="Department",
                  doc="The person's department at the customer (D16)."),
        FieldSpec(name="decision_role", type=FieldType.ENUM, enum=enums.DecisionRole, data_class=BUSINESS,
                  settable=True, zh="决策角色", en="Role in the decision",
                  doc="What the person does in the customer's decision (D16)."),
        FieldSpec(name="mobile", data_class=CONTACT_CLASS, mask=Mask.MOBILE, settable=True, sortable=True,
                  zh="手机", en="Mobile", doc="11 digits of the mainland number plan (D16)."),
        FieldSpec(name="landline", data_class=CONTACT_CLASS, mask=Mask.LANDLINE, settable=True,
                  zh="座机", en="Landline", doc="Area code, number and extension (D16)."),
        FieldSpec(name="email", data_class=CONTACT_CLASS, mask=Mask.EMAIL, settable=True, sortable=True,
                  zh="邮箱", en="E-mail", doc="A personal mailbox is accepted with a note (D16)."),
        FieldSpec(name="email_is_personal", type=FieldType.BOOLEAN, data_class=CONTACT_CLASS, zh="个人邮箱",
                  en="Personal mailbox", doc="Flags a mailbox that is not a company's; kept by the system (D16)."),
        FieldSpec(name="email_note", data_class=CONTACT_CLASS, settable=True, zh="邮箱说明", en="Note on the e-mail",
                  doc="Why a personal mailbox is used (D16)."),
        FieldSpec(name="wechat", data_class=CONTACT_CLASS, settable=True, zh="微信", en="WeChat",
                  doc="WeChat account (D16)."),
        FieldSpec(name="staff_number", data_class=BUSINESS, settable=True, zh="对方工号", en="Staff number",
                  doc="The person's staff number at the customer (D16)."),
        FieldSpec(name="birthday", data_class=CONTACT_CLASS, settable=True, zh="生日", en="Birthday",
                  doc="Month and day, as MM-DD (D16)."),
        FieldSpec(name="is_primary", type=FieldType.BOOLEAN, data_class=BASIC, nullable=False, sortable=True,
                  zh="主要联系人", en="Primary", doc="Whether this is the customer's primary contact (D16)."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True,
                  zh="录入时间", en="Created", doc="When the record was entered."),
        FieldSpec(name="updated_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False,
                  zh="更新时间", en="Updated", doc="When the record was last changed."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="Where the person works."),
        RelationSpec(name="attachments", target="Attachment", many=True,
                     doc="The files of the contact (D38)."),
        RelationSpec(name="changes", target="Change", many=True,
                     doc="What was changed of the contact, newest first (D35)."),
    ),
    default_order=(("created_at", False),),
)
