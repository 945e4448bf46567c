"""Saved filters (D49)."""

# Read as a table, one entry a line or two.
# fmt: off

from service.core.enums.base import Labelled


class FilterEntity(Labelled):
    """The list that a saved filter is for (D49)."""

    CUSTOMER = "CUSTOMER", "客户", "Customers"
    CONTACT = "CONTACT", "联系人", "Contacts"
    FOLLOW_UP = "FOLLOW_UP", "跟进记录", "Follow-ups"
