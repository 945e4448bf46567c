"""Follow-ups (D20–D22) and the tasks and reminders that come of them."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core import enums
from service.core.enums import DataClass
from service.core.fields.spec import EntitySpec, FieldSpec, FieldType, RelationSpec

BASIC, BUSINESS = DataClass.BASIC, DataClass.BUSINESS
ENUM, DATETIME = FieldType.ENUM, FieldType.DATETIME

FOLLOW_UP = EntitySpec(
    name="FollowUp",
    prefix="fol",
    row_class=BUSINESS,
    zh="跟进记录",
    en="Follow-up",
    doc="One communication with a customer, and what is planned next (D20).",
    fields=(
        FieldSpec(name="occurred_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True, settable=True,
                  zh="跟进时间", en="Time", doc="When the communication began (D20)."),
        FieldSpec(name="duration_minutes", type=FieldType.INT, data_class=BUSINESS, settable=True,
                  zh="时长（分钟）", en="Duration", doc="In minutes (D20)."),
        FieldSpec(name="mode", type=ENUM, enum=enums.FollowUpMode, data_class=BUSINESS, nullable=False, settable=True,
                  zh="跟进方式", en="Mode", doc="How it took place (D20)."),
        FieldSpec(name="kind", type=ENUM, enum=enums.FollowUpKind, data_class=BUSINESS, settable=True,
                  zh="跟进类型", en="Kind", doc="What it was for (D20)."),
        FieldSpec(name="content", data_class=BUSINESS, settable=True, zh="跟进内容", en="Content",
                  doc="What was said (D20)."),
        FieldSpec(name="solution", data_class=BUSINESS, settable=True, zh="解决方案", en="Solution",
                  doc="The solution that was offered (D20)."),
        FieldSpec(name="feedback", data_class=BUSINESS, settable=True, zh="客户反馈", en="Feedback",
                  doc="What the customer answered (D20)."),
        FieldSpec(name="goods", data_class=BUSINESS, settable=True, zh="涉及商品", en="Goods",
                  doc="The goods that it was about (D20)."),
        FieldSpec(name="return_visit_result", data_class=BUSINESS, settable=True, zh="回访结果",
                  en="Result of the return visit", doc="What a return visit found; goes with RETURN_VISIT only (D20)."),
        FieldSpec(name="next_plan_at", type=DATETIME, data_class=BUSINESS, settable=True, sortable=True,
                  zh="下次跟进时间", en="Next time", doc="When the next step is planned (D20)."),
        FieldSpec(name="next_plan_mode", type=ENUM, enum=enums.FollowUpMode, data_class=BUSINESS, settable=True,
                  zh="下次跟进方式", en="Next mode", doc="How the next step will take place (D20)."),
        FieldSpec(name="next_plan_goal", data_class=BUSINESS, settable=True, zh="下次跟进目标", en="Next goal",
                  doc="What the next step is for (D20)."),
        FieldSpec(name="no_plan_reason", data_class=BUSINESS, settable=True, zh="无计划原因", en="Reason for no plan",
                  doc="Why nothing is planned; then there is no time, mode and goal (D20)."),
        FieldSpec(name="is_late", type=FieldType.BOOLEAN, data_class=BUSINESS, nullable=False,
                  zh="补录", en="Late", doc="Recorded later than time + duration + 24 hours (D21)."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True,
                  zh="录入时间", en="Recorded", doc="When it was recorded (D21)."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BUSINESS, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="Whom it was about."),
        RelationSpec(name="contact", target="Contact", doc="Who was spoken to (D20)."),
        RelationSpec(name="author", target="User", doc="Who followed up (D20)."),
        RelationSpec(name="recorded_by", target="User", doc="Who recorded it (D20)."),
        RelationSpec(name="companions", target="User", many=True, doc="Who went along (D20)."),
        RelationSpec(name="attachments", target="Attachment", many=True, doc="The files of the follow-up (D38)."),
    ),
    default_order=(("occurred_at", True),),
)

TASK = EntitySpec(
    name="Task",
    prefix="tas",
    row_class=BUSINESS,
    zh="任务",
    en="Task",
    doc="Something to be done for a customer by a time (D22, D59).",
    fields=(
        FieldSpec(name="title", data_class=BUSINESS, settable=True, zh="任务标题", en="Title",
                  doc="What is to be done (D59)."),
        FieldSpec(name="due_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True, settable=True,
                  zh="到期时间", en="Due", doc="By when it is to be done (D59)."),
        FieldSpec(name="state", type=ENUM, enum=enums.TaskState, data_class=BUSINESS, nullable=False,
                  zh="任务状态", en="State", doc="Open, done or cancelled (D59)."),
        FieldSpec(name="priority", type=ENUM, enum=enums.TaskPriority, data_class=BUSINESS, nullable=False,
                  sortable=True, settable=True, zh="优先级", en="Priority", doc="How urgent it is (D59)."),
        FieldSpec(name="notes", data_class=BUSINESS, settable=True, zh="备注", en="Notes",
                  doc="At most 500 characters (D59)."),
        FieldSpec(name="is_overdue", type=FieldType.BOOLEAN, data_class=BUSINESS, nullable=False, filterable=False,
                  zh="逾期", en="Overdue", doc="Open past its due time (D22). To filter: `state` OPEN and `dueAt` lt."),
        FieldSpec(name="closed_at", type=DATETIME, data_class=BUSINESS, sortable=True,
                  zh="关闭时间", en="Closed", doc="When it was done or cancelled (D59)."),
        FieldSpec(name="reminded_at", type=DATETIME, data_class=BUSINESS, sortable=True,
                  zh="提醒时间", en="Reminded", doc="When the reminder was given (D22)."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True,
                  zh="创建时间", en="Created", doc="When the task was made."),
        FieldSpec(name="version", type=FieldType.INT, data_class=BUSINESS, nullable=False, filterable=False,
                  zh="版本", en="Version", doc="Sent back with a change, so that a stale one is refused."),
    ),
    relations=(
        RelationSpec(name="customer", target="Customer", nullable=False, doc="For whom it is to be done."),
        RelationSpec(name="assignee", target="User", doc="Who is to do it."),
        RelationSpec(name="created_by", target="User", doc="Who made the task; nobody for a next plan's (D59)."),
        RelationSpec(name="closed_by", target="User", doc="Who closed it; nobody where its plan went away (D59)."),
        RelationSpec(name="follow_up", target="FollowUp", doc="The follow-up whose next plan it is (D22)."),
    ),
    default_order=(("due_at", False),),
)

REMINDER = EntitySpec(
    name="Reminder",
    prefix="rem",
    row_class=BUSINESS,
    zh="提醒",
    en="Reminder",
    doc="Says that a task is due. Given once for each due time (D22).",
    fields=(
        FieldSpec(name="due_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True,
                  zh="到期时间", en="Due", doc="The due time that it is about."),
        FieldSpec(name="created_at", type=DATETIME, data_class=BUSINESS, nullable=False, sortable=True,
                  zh="提醒时间", en="Given", doc="When it was given."),
        FieldSpec(name="dismissed_at", type=DATETIME, data_class=BUSINESS, sortable=True,
                  zh="已读时间", en="Dismissed", doc="When its recipient put it away (D22)."),
    ),
    relations=(
        RelationSpec(name="task", target="Task", nullable=False, doc="What is due."),
        RelationSpec(name="recipient", target="User", doc="Whom it is for."),
    ),
)
