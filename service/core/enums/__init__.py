"""The words of the business. Codes are stable; the labels are the ones staff read (zh-CN, en)."""

from service.core.enums.base import Labelled
from service.core.enums.changes import Channel
from service.core.enums.contacts import DecisionRole
from service.core.enums.customers import (
    BusinessForm,
    CreditRating,
    CustomerKind,
    CustomerState,
    CustomerType,
    Deduction,
    EnterpriseType,
    Evidence,
    Grade,
    Intent,
    Packaging,
    RevenueBand,
    RiskLevel,
    Salutation,
    SizeBand,
    SourceChannel,
)
from service.core.enums.follow_ups import FollowUpKind, FollowUpMode, TaskPriority, TaskState
from service.core.enums.jobs import HandOverMode, JobKind, JobState
from service.core.enums.needs import BudgetBand, ExpectedPurchase, NeedKind, NeedPriority, NeedState
from service.core.enums.people import DataClass, Level, Relation, Role
from service.core.enums.saved_filters import FilterEntity
from service.core.enums.stages import CoarseStatus, LostReason, Stage

__all__ = [
    "BudgetBand",
    "BusinessForm",
    "Channel",
    "CoarseStatus",
    "CreditRating",
    "CustomerKind",
    "CustomerState",
    "CustomerType",
    "DataClass",
    "DecisionRole",
    "Deduction",
    "EnterpriseType",
    "Evidence",
    "ExpectedPurchase",
    "FilterEntity",
    "FollowUpKind",
    "FollowUpMode",
    "Grade",
    "HandOverMode",
    "Intent",
    "JobKind",
    "JobState",
    "Labelled",
    "Level",
    "LostReason",
    "NeedKind",
    "NeedPriority",
    "NeedState",
    "Packaging",
    "Relation",
    "RevenueBand",
    "RiskLevel",
    "Role",
    "Salutation",
    "SizeBand",
    "SourceChannel",
    "Stage",
    "TaskPriority",
    "TaskState",
]
