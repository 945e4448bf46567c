"""Background work that somebody asked for, and waits for."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class JobKind(Labelled):
    """What a job does."""

    HAND_OVER = "HAND_OVER", "客户交接", "Hand-over of customers"
    DEPARTMENT_MOVE = "DEPARTMENT_MOVE", "客户随负责人调动部门", "Customers follow their owner to another department"
    CUSTOM_FIELD_INDEX = "CUSTOM_FIELD_INDEX", "为自定义字段建立索引", "Index of a field that administrators defined"
    UPKEEP = "UPKEEP", "系统维护", "Upkeep of the service"
    RESCAN = "RESCAN", "重新扫描附件", "Attachments are scanned again"


class JobState(Labelled):
    """How far a job is."""

    QUEUED = "QUEUED", "排队中", "Queued"
    RUNNING = "RUNNING", "进行中", "Running"
    DONE = "DONE", "已完成", "Done"
    FAILED = "FAILED", "失败", "Failed"
    CANCELLED = "CANCELLED", "已取消", "Cancelled"


class HandOverMode(Labelled):
    """What a hand-over does where some of the customers cannot be handed over (D4)."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING", "全部成功或全部不动", "All or nothing"
    WHAT_IS_POSSIBLE = "WHAT_IS_POSSIBLE", "能交接的先交接", "What is possible"


class MessageState(Labelled):
    """What became of a piece of background work."""

    WAITING = "WAITING", "等待发送", "Waiting"
    SENT = "SENT", "已发送", "Sent"
    DONE = "DONE", "已完成", "Done"
    DEAD = "DEAD", "已放弃", "Given up"


class Upkeep(Labelled):
    """What the service does by the clock, and for an administrator at once."""

    REMINDERS = "REMINDERS", "生成到期提醒", "Give the reminders that are due"
    PRUNE_OUTBOX = "PRUNE_OUTBOX", "清理已完成的后台消息", "Forget messages that were done long ago"
    PRUNE_EVENTS = "PRUNE_EVENTS", "清理已过期的推送事件", "Forget events that nobody can go on from any more"
    PRUNE_KEYS = "PRUNE_KEYS", "清理已过期的幂等键", "Forget keys that are too old to be repeated"
    PREPARE_CHANGE_LOG = "PREPARE_CHANGE_LOG", "准备变更日志分区", "Make the change log's partitions of coming months"
    SEAL_CHANGE_LOG = "SEAL_CHANGE_LOG", "封存变更日志", "Seal what was added to the change log"
    DROP_CHANGE_LOG = "DROP_CHANGE_LOG", "清除过期变更日志", "Drop a month of the change log that need not be kept"
    EXPIRE_UPLOADS = "EXPIRE_UPLOADS", "清理未完成的上传", "Give up uploads that never came, forget rejected files"
    ERASE_CONTENTS = "ERASE_CONTENTS", "彻底删除无用文件", "Erase contents that nothing has used for long"
    SWEEP_OBJECTS = "SWEEP_OBJECTS", "清理无主的存储对象", "Remove objects of the store that belong to nothing"
    ERASE_COPIES = "ERASE_COPIES", "清理过期的脱敏副本", "Erase masked copies that are over"
    APPROVALS = "APPROVALS", "催办与过期审批", "Remind of requests for approval, and end those that nobody decided"

    @property
    def task(self) -> str:
        """The task that does it."""
        return _TASKS[self.value]


_TASKS = {
    "REMINDERS": "reminder.due",
    "PRUNE_OUTBOX": "outbox.prune",
    "PRUNE_EVENTS": "event.prune",
    "PRUNE_KEYS": "idempotency.prune",
    "PREPARE_CHANGE_LOG": "change_log.prepare",
    "SEAL_CHANGE_LOG": "change_log.seal",
    "DROP_CHANGE_LOG": "change_log.drop",
    "EXPIRE_UPLOADS": "attachment.expire",
    "ERASE_CONTENTS": "attachment.erase",
    "SWEEP_OBJECTS": "attachment.sweep",
    "ERASE_COPIES": "access.erase",
    "APPROVALS": "approval.due",
}
