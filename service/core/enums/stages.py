"""The way to a deal (D24, D25)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class Stage(Labelled):
    """Where the customer stands on the way to a deal (D24)."""

    LEAD = "LEAD", "潜在客户", "Lead"
    CONTACTED = "CONTACTED", "初步接触", "Contacted"
    QUALIFIED = "QUALIFIED", "需求确认", "Qualified"
    PROPOSAL = "PROPOSAL", "方案提交", "Proposal"
    NEGOTIATION = "NEGOTIATION", "商务谈判", "Negotiation"
    WON = "WON", "成交", "Won"
    AFTER_SALES = "AFTER_SALES", "售后维护", "After-sales"
    LOST = "LOST", "流失", "Lost"


class CoarseStatus(Labelled):
    """The four-way status, derived from the stage (D25)."""

    POTENTIAL = "POTENTIAL", "潜在", "Potential"
    INTENT = "INTENT", "意向", "Intent"
    DEAL = "DEAL", "成交", "Deal"
    LOST = "LOST", "流失", "Lost"


class LostReason(Labelled):
    """Why a customer was lost (D24)."""

    PRICE = "PRICE", "价格", "Price"
    COMPETITOR = "COMPETITOR", "竞争对手", "Competitor"
    NEED_CHANGED = "NEED_CHANGED", "需求变化", "Need changed"
    NO_BUDGET = "NO_BUDGET", "没有预算", "No budget"
    NO_CONTACT = "NO_CONTACT", "联系不上", "No contact"
    OTHER = "OTHER", "其他", "Other"
