"""Tags (D19)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType

TAG = EntitySpec(
    name="Tag",
    prefix="tag",
    row_class=DataClass.BASIC,
    guarded=False,
    zh="标签",
    en="Tag",
    doc="A word that customers are sorted by (D19).",
    fields=(
        FieldSpec(name="name", data_class=DataClass.BASIC, nullable=False, sortable=True, zh="标签名", en="Name",
                  doc="At most 10 characters."),
        FieldSpec(name="is_system", type=FieldType.BOOLEAN, data_class=DataClass.BASIC, nullable=False,
                  zh="系统标签", en="System tag", doc="Given by the company; a submitted customer has at least one."),
        FieldSpec(name="retired_at", type=FieldType.DATETIME, data_class=DataClass.BASIC, zh="停用时间", en="Retired",
                  doc="Since when a system tag is not offered any more; customers that bear it keep it."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=DataClass.BASIC, nullable=False,
                  zh="创建时间", en="Created", doc="When the tag was made."),
        FieldSpec(name="version", type=FieldType.INT, data_class=DataClass.BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    default_order=(("created_at", False),),
)
