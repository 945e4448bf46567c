"""Fields that administrators define."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class CustomFieldType(Labelled):
    """What a field that administrators define holds (D10)."""

    TEXT = "TEXT", "文本", "Text"
    NUMBER = "NUMBER", "数字", "Number"
    DATE = "DATE", "日期", "Date"
    BOOLEAN = "BOOLEAN", "是否", "Yes or no"
    CHOICE = "CHOICE", "单选", "One of a list"
    MULTI_CHOICE = "MULTI_CHOICE", "多选", "Several of a list"
    MONEY = "MONEY", "金额", "Money"


class IndexState(Labelled):
    """Whether filters and orders by a field have an index to go by."""

    NONE = "NONE", "无索引", "None"
    BUILDING = "BUILDING", "建立中", "Being built"
    READY = "READY", "可用", "Ready"
    FAILED = "FAILED", "失败", "Failed"
