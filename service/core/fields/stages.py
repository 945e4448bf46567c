"""The history of the stage (D24)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

BASIC, BUSINESS = DataClass.BASIC, DataClass.BUSINESS
ENUM = FieldType.ENUM

STAGE_MOVE = EntitySpec(
    name="StageMove",
    prefix="stm",
    row_class=BASIC,
    zh="阶段变更",
    en="Stage move",
    doc="One move of a customer's stage, kept for ever (D24).",
    fields=(
        FieldSpec(name="from_stage", type=ENUM, enum=enums.Stage, data_class=BASIC, nullable=False,
                  zh="原阶段", en="From", doc="The stage before."),
        FieldSpec(name="to_stage", type=ENUM, enum=enums.Stage, data_class=BASIC, nullable=False,
                  zh="新阶段", en="To", doc="The stage after."),
        FieldSpec(name="lost_reason", type=ENUM, enum=enums.LostReason, data_class=BUSINESS,
                  zh="流失原因", en="Reason for the loss", doc="Set where the customer was lost (D24)."),
        FieldSpec(name="reason", data_class=BUSINESS, zh="原因", en="Reason", doc="In words (D24)."),
        FieldSpec(name="created_at", type=FieldType.DATETIME, data_class=BASIC, nullable=False, sortable=True,
                  zh="变更时间", en="Time", doc="When the stage moved."),
        FieldSpec(name="duration_seconds", type=FieldType.INT, data_class=BASIC, nullable=False, sortable=True,
                  zh="原阶段停留秒数", en="Duration",
                  doc="How long the customer had stood at the stage before, in seconds (D24)."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="Whose stage moved."),
        RelationSpec(name="actor", target="User", doc="Who moved it."),
    ),
)
