"""Needs (D18)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class NeedKind(Labelled):
    """What the customer is after (D18)."""

    PURCHASE = "PURCHASE", "产品购买", "Purchase"
    CONSULTING = "CONSULTING", "服务咨询", "Consulting"
    COOPERATION = "COOPERATION", "合作洽谈", "Cooperation"
    AFTER_SALES = "AFTER_SALES", "售后支持", "After-sales support"


class NeedPriority(Labelled):
    """How soon a deal is likely (D18)."""

    HIGH = "HIGH", "高（1个月内）", "High (within 1 month)"
    MEDIUM = "MEDIUM", "中（1-3个月）", "Medium (1 to 3 months)"
    LOW = "LOW", "低（3个月以上）", "Low (more than 3 months)"


class NeedState(Labelled):
    """What became of a need (D18)."""

    OPEN = "OPEN", "进行中", "Open"
    MET = "MET", "已满足", "Met"
    DROPPED = "DROPPED", "已放弃", "Dropped"


class BudgetBand(Labelled):
    """The customer's budget in CNY, lower bound included (D18)."""

    UNDER_10K = "UNDER_10K", "1万以下", "Under 10k"
    FROM_10K = "FROM_10K", "1-5万", "10k to 50k"
    FROM_50K = "FROM_50K", "5-10万", "50k to 100k"
    FROM_100K = "FROM_100K", "10万以上", "100k and more"


class ExpectedPurchase(Labelled):
    """How exactly the time of a purchase is known (D18)."""

    DATE = "DATE", "具体日期", "A day"
    QUARTER = "QUARTER", "季度", "A quarter"
    URGENT = "URGENT", "紧急", "Urgent"
