"""Staff and departments (D2). Every member of staff may look them up."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

BASIC = DataClass.BASIC

USER = EntitySpec(
    name="User",
    prefix="usr",
    row_class=BASIC,
    guarded=False,
    zh="员工",
    en="User",
    doc="A member of staff (D2).",
    fields=(
        FieldSpec(name="staff_number", data_class=BASIC, nullable=False, sortable=True,
                  zh="工号", en="Staff number", doc="Given by the company; signs in with it (D1)."),
        FieldSpec(name="name", data_class=BASIC, nullable=False, sortable=True, zh="姓名", en="Name",
                  doc="The person's name; stays on what he did after he left (D4)."),
        FieldSpec(name="email", data_class=BASIC, zh="邮箱", en="E-mail", doc="Signs in with it too (D1)."),
        FieldSpec(name="roles", type=FieldType.ENUM_LIST, enum=enums.Role, data_class=BASIC, nullable=False,
                  zh="角色", en="Roles", doc="One or more (D2)."),
        FieldSpec(name="disabled_at", type=FieldType.DATETIME, data_class=BASIC,
                  zh="停用时间", en="Disabled", doc="Since when the person cannot sign in (D4)."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True,
                  zh="创建时间", en="Created", doc="When the account was made."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(RelationSpec(name="department", target="Department", doc="Where the person works (D2)."),),
    default_order=(("staff_number", False),),
)

DEPARTMENT = EntitySpec(
    name="Department",
    prefix="dep",
    row_class=BASIC,
    guarded=False,
    zh="部门",
    en="Department",
    doc="A node of the tree of departments (D2).",
    fields=(
        FieldSpec(name="name", data_class=BASIC, nullable=False, sortable=True, zh="部门名称", en="Name",
                  doc="The department's name."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True,
                  zh="创建时间", en="Created", doc="When the department was made."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BASIC, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="parent", target="Department", doc="The department above (D2)."),
        RelationSpec(name="manager", target="User", doc="Who manages it (D2)."),
    ),
    default_order=(("created_at", False),),
)
