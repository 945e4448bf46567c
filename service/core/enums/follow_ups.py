"""Follow-ups and tasks (D20–D22, D59)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class FollowUpMode(Labelled):
    """How the communication took place (D20)."""

    PHONE = "PHONE", "电话", "Phone"
    VISIT = "VISIT", "拜访", "Visit"
    FACE_TO_FACE = "FACE_TO_FACE", "面谈", "Face to face"
    ONLINE_MEETING = "ONLINE_MEETING", "线上会议", "Online meeting"
    EMAIL = "EMAIL", "邮件", "E-mail"
    MEETING = "MEETING", "会议", "Meeting"
    EXHIBITION = "EXHIBITION", "展会", "Exhibition"
    REFERRAL = "REFERRAL", "转介绍", "Referral"
    WECHAT = "WECHAT", "微信", "WeChat"
    SOCIAL_MEDIA = "SOCIAL_MEDIA", "社交媒体", "Social media"


class FollowUpKind(Labelled):
    """What the communication was for (D20)."""

    PRE_SALES = "PRE_SALES", "售前", "Pre-sales"
    SALES = "SALES", "售中", "Sales"
    COMPLAINT = "COMPLAINT", "投诉", "Complaint"
    RETURN_VISIT = "RETURN_VISIT", "回访", "Return visit"


class TaskState(Labelled):
    """What became of a task (D59)."""

    OPEN = "OPEN", "待办", "Open"
    DONE = "DONE", "已完成", "Done"
    CANCELLED = "CANCELLED", "已取消", "Cancelled"


class TaskPriority(Labelled):
    """How urgent a task is (D59)."""

    HIGH = "HIGH", "高", "High"
    NORMAL = "NORMAL", "普通", "Normal"
    LOW = "LOW", "低", "Low"
