"""The words of the business. Codes are stable; the labels are the ones staff read (zh-CN, en)."""

from service.core.enums.base import Labelled
from service.core.enums.changes import Channel
from service.core.enums.contacts import DecisionRole
from service.core.enums.customers import (
    CustomerKind,
    CustomerState,
    CustomerType,
    EnterpriseType,
    Evidence,
    Grade,
    Salutation,
    SizeBand,
    SourceChannel,
)
from service.core.enums.follow_ups import FollowUpKind, FollowUpMode, TaskState
from service.core.enums.jobs import HandOverMode, JobKind, JobState
from service.core.enums.needs import BudgetBand, NeedKind, NeedPriority, NeedState
from service.core.enums.people import DataClass, Level, Relation, Role
from service.core.enums.stages import CoarseStatus, LostReason, Stage

__all__ = [
    "BudgetBand",
    "Channel",
    "CoarseStatus",
    "CustomerKind",
    "CustomerState",
    "CustomerType",
    "DataClass",
    "DecisionRole",
    "EnterpriseType",
    "Evidence",
    "FollowUpKind",
    "FollowUpMode",
    "Grade",
    "HandOverMode",
    "JobKind",
    "JobState",
    "Labelled",
    "Level",
    "LostReason",
    "NeedKind",
    "NeedPriority",
    "NeedState",
    "Relation",
    "Role",
    "Salutation",
    "SizeBand",
    "SourceChannel",
    "Stage",
    "TaskState",
]
