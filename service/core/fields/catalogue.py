"""Lists of values that administrators edit (D10)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType

BASIC = DataClass.BASIC

LIST_VALUE = EntitySpec(
    name="ListValue",
    prefix="lva",
    row_class=BASIC,
    guarded=False,
    zh="列表值",
    en="List value",
    doc="One value of a list that administrators edit: channels, bands, kinds of need and so on (D10).",
    fields=(
        FieldSpec(name="list", data_class=BASIC, nullable=False, zh="列表", en="List",
                  doc="The name of the list, for instance SourceChannel."),
        FieldSpec(name="code", data_class=BASIC, nullable=False, zh="代码", en="Code",
                  doc="What fields hold; stable."),
        FieldSpec(name="zh", data_class=BASIC, nullable=False, zh="中文名称", en="Chinese label",
                  doc="What staff read in Chinese."),
        FieldSpec(name="en", data_class=BASIC, nullable=False, zh="英文名称", en="English label",
                  doc="What staff read in English."),
        FieldSpec(name="definition_zh", data_class=BASIC, zh="中文定义", en="Chinese definition",
                  doc="What exactly is meant, in Chinese."),
        FieldSpec(name="definition_en", data_class=BASIC, zh="英文定义", en="English definition",
                  doc="What exactly is meant, in English."),
        FieldSpec(name="position", type=FieldType.INT, data_class=BASIC, nullable=False, sortable=True, zh="顺序",
                  en="Position", doc="Where it stands in its list; fields of the list are sorted by it."),
        FieldSpec(name="retired_at", type=FieldType.DATETIME, data_class=BASIC, zh="停用时间", en="Retired",
                  doc="Since when it is not offered any more; records that have it keep it."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    default_order=(("position", False),),
)
