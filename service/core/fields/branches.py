"""Branches of an enterprise (D7)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, Mask, RelationSpec

BASIC, CONTACT = DataClass.BASIC, DataClass.CONTACT

BRANCH = EntitySpec(
    name="Branch",
    prefix="bra",
    row_class=BASIC,
    zh="分支机构",
    en="Branch",
    doc="A place of an enterprise (D7). A branch that is a customer of its own is a relation between customers (D11).",
    fields=(
        FieldSpec(name="name", data_class=BASIC, settable=True, sortable=True, zh="分支机构名称", en="Name",
                  doc="What the branch is called (D7)."),
        FieldSpec(name="phone", data_class=CONTACT, mask=Mask.LANDLINE, settable=True, zh="联系电话", en="Phone",
                  doc="A landline or a mobile (D7)."),
        FieldSpec(name="business_region_code", data_class=BASIC, settable=True, zh="营业地区",
                  en="Region of business", doc="Six digits of GB/T 2260 (D7)."),
        FieldSpec(name="business_address", data_class=CONTACT, mask=Mask.CITY, settable=True, zh="营业地址",
                  en="Business address", doc="Street and house number, without province and city (D7)."),
        FieldSpec(name="delivery_region_code", data_class=BASIC, settable=True, zh="收货地区",
                  en="Region of delivery", doc="Six digits of GB/T 2260 (D7)."),
        FieldSpec(name="delivery_address", data_class=CONTACT, mask=Mask.CITY, settable=True, zh="收货地址",
                  en="Delivery address", doc="Where goods for the branch go (D7)."),
        FieldSpec(name="manager_name", data_class=CONTACT, mask=Mask.PERSON_NAME, settable=True, zh="负责人",
                  en="Manager", doc="The real name of who manages the branch (D7)."),
        FieldSpec(name="salutation", type=FieldType.ENUM, enum=enums.Salutation, data_class=CONTACT, settable=True,
                  zh="负责人称谓", en="Manager's form of address", doc="How the manager is addressed (D8)."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True,
                  zh="录入时间", en="Created", doc="When the record was entered."),
        FieldSpec(name="updated_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False,
                  zh="更新时间", en="Updated", doc="When the record was last changed."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(RelationSpec(name="customer", target="Customer", nullable=False, doc="Whose branch it is."),),
    default_order=(("created_at", False),),
)
