"""Relations between customers (D11)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

BASIC, BUSINESS = DataClass.BASIC, DataClass.BUSINESS

CUSTOMER_RELATION = EntitySpec(
    name="CustomerRelation",
    prefix="cre",
    row_class=BASIC,
    zh="客户关系",
    en="Relation between customers",
    doc="What `toCustomer` is to `fromCustomer` (D11). It exists for those for whom both customers exist; what is shown"
        " of it follows from the rights on `fromCustomer`.",
    fields=(
        FieldSpec(name="kind", type=FieldType.ENUM, enum=enums.CustomerRelationKind, data_class=BASIC, nullable=False,
                  settable=True, zh="关系类型", en="Kind",
                  doc="What `toCustomer` is to `fromCustomer`: its subsidiary and so on (D11)."),
        FieldSpec(name="note", data_class=BUSINESS, settable=True, zh="备注", en="Note",
                  doc="In words, at most 200 characters."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True,
                  zh="录入时间", en="Created", doc="When the relation was entered."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="from_customer", target="Customer", nullable=False,
                     doc="The customer from which the relation is seen."),
        RelationSpec(name="to_customer", target="Customer", nullable=False, doc="The other customer."),
    ),
    default_order=(("created_at", False),),
)
