"""Fields that administrators define at run time (D10): the record that defines one, and what follows from it."""

# Read as a table, one entry a line or two.
# fmt: off

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from service.core import enums
from service.core.enums import CustomerKind, CustomFieldType, DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType

BASIC = DataClass.BASIC
BOOLEAN, ENUM = FieldType.BOOLEAN, FieldType.ENUM

CUSTOM_FIELD = EntitySpec(
    name="CustomField",
    prefix="cfd",
    row_class=BASIC,
    guarded=False,
    zh="自定义字段",
    en="Custom field",
    doc="A field of customers that administrators have defined (D10).",
    fields=(
        FieldSpec(name="key", data_class=BASIC, nullable=False, sortable=True, zh="标识", en="Key",
                  doc="What names the field in inputs, filters and orders; stays for ever."),
        FieldSpec(name="type", type=ENUM, enum=enums.CustomFieldType, data_class=BASIC, nullable=False,
                  zh="类型", en="Type", doc="What it holds. Changed only while no customer has a value."),
        FieldSpec(name="data_class", type=ENUM, enum=enums.DataClass, data_class=BASIC, nullable=False,
                  zh="数据类别", en="Data class", doc="Decides who is shown its values (D42)."),
        FieldSpec(name="zh", data_class=BASIC, nullable=False, zh="中文名称", en="Chinese label",
                  doc="What staff read in Chinese."),
        FieldSpec(name="en", data_class=BASIC, nullable=False, zh="英文名称", en="English label",
                  doc="What staff read in English."),
        FieldSpec(name="description", data_class=BASIC, zh="说明", en="Description", doc="What exactly is meant."),
        FieldSpec(name="kind", type=ENUM, enum=enums.CustomerKind, data_class=BASIC, zh="适用客户", en="Kind",
                  doc="The only kind of customer that has it; null where both have."),
        FieldSpec(name="required_of_enterprises", type=BOOLEAN, data_class=BASIC, nullable=False,
                  zh="企业必填", en="Required of enterprises", doc="Whether enterprises need it at submission."),
        FieldSpec(name="required_of_individuals", type=BOOLEAN, data_class=BASIC, nullable=False,
                  zh="个人必填", en="Required of individuals", doc="Whether individuals need it at submission."),
        FieldSpec(name="list", data_class=BASIC, zh="列表", en="List", filterable=False,
                  doc="The list that its choices stand in, edited as every list is; null where it has none."),
        FieldSpec(name="position", type=FieldType.INT, data_class=BASIC, nullable=False, sortable=True, zh="顺序",
                  en="Position", doc="Where it stands among the others."),
        FieldSpec(name="retired_at", type=FieldType.DATETIME, data_class=BASIC, zh="停用时间", en="Retired",
                  doc="Since when inputs refuse it; its values stay."),
        FieldSpec(name="index_state", type=ENUM, enum=enums.IndexState, data_class=BASIC, nullable=False,
                  zh="索引", en="Index", doc="Whether filters and orders by it have an index."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    default_order=(("position", False),),
)

TYPES: dict[CustomFieldType, FieldType] = {
    CustomFieldType.TEXT: FieldType.STRING,
    CustomFieldType.NUMBER: FieldType.DECIMAL,
    CustomFieldType.DATE: FieldType.DATE,
    CustomFieldType.BOOLEAN: BOOLEAN,
    CustomFieldType.CHOICE: FieldType.CHOICE,
    CustomFieldType.MULTI_CHOICE: FieldType.CHOICE_LIST,
    CustomFieldType.MONEY: FieldType.MONEY,
}
MEMBERS: dict[CustomFieldType, str] = {
    CustomFieldType.TEXT: "text",
    CustomFieldType.NUMBER: "number",
    CustomFieldType.DATE: "date",
    CustomFieldType.BOOLEAN: "boolean",
    CustomFieldType.CHOICE: "code",
    CustomFieldType.MULTI_CHOICE: "codes",
    CustomFieldType.MONEY: "money",
}
"""Where a value stands in the API: which member of an input or of an answer."""
OPERANDS: dict[CustomFieldType, str] = {
    **MEMBERS, CustomFieldType.MONEY: "number", CustomFieldType.MULTI_CHOICE: "code",
}
"""Which member of a condition compares it."""
CHOOSING = frozenset({CustomFieldType.CHOICE, CustomFieldType.MULTI_CHOICE})


def api_name(key: str) -> str:
    """How a field is named in errors."""
    return f"customFields.{key}"


def list_name(key: str) -> str:
    """The list that the choices of a field stand in."""
    return f"custom.{key}"


def logged_name(key: str) -> str:
    """How a field is named in the change log."""
    return f"custom.{key}"


@dataclass(frozen=True)
class Definition:
    """One such field, as reads and writes take it."""

    key: str
    """A lower-case letter, then letters, digits and underscores: safe as text of a statement."""
    type: CustomFieldType
    data_class: DataClass
    kind: CustomerKind | None
    required_of: frozenset[CustomerKind]
    retired: bool

    @cached_property
    def spec(self) -> FieldSpec:
        """The same as a specification: what guards, masks and operators are taken from."""
        name = api_name(self.key)
        return FieldSpec(name=name, type=TYPES[self.type], data_class=self.data_class, zh=name, en=name, doc=name)

    def is_required_of(self, kind: CustomerKind) -> bool:
        return kind in self.required_of and self.kind in (None, kind) and not self.retired


Definitions = Mapping[str, Definition]
"""By key, in their order."""
