"""What subscriptions follow."""

from __future__ import annotations

from enum import StrEnum


class EventTopic(StrEnum):
    """What an event is about."""

    CUSTOMER = "CUSTOMER"
    REMINDER = "REMINDER"
    JOB = "JOB"
    ATTACHMENT = "ATTACHMENT"
    APPROVAL = "APPROVAL"
