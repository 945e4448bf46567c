"""Contacts (D16)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class DecisionRole(Labelled):
    """What a contact does in the customer's decision (D16)."""

    DECIDER = "DECIDER", "决策者", "Decider"
    INFLUENCER = "INFLUENCER", "影响者", "Influencer"
    USER = "USER", "使用者", "User"
    PURCHASING = "PURCHASING", "采购", "Purchasing"
    TECHNICAL = "TECHNICAL", "技术对接", "Technical"
