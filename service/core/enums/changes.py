"""The change log (D35)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class Outcome(Labelled):
    """What came of an attempt (SEC-G2)."""

    DONE = "DONE", "已完成", "Done"
    REFUSED = "REFUSED", "被拒绝", "Refused"


class Channel(Labelled):
    """The way by which a change came in (D35)."""

    API = "API", "接口", "API"
    IMPORT = "IMPORT", "导入", "Import"
    MERGE = "MERGE", "合并", "Merge"
    JOB = "JOB", "后台任务", "Job"
    CLI = "CLI", "命令行", "Command line"
