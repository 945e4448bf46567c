"""The words of the business. Codes are stable; the labels are the ones staff read (zh-CN, en)."""

from service.core.enums.access import AccessDelivery, AccessState, Granted
from service.core.enums.approvals import ApprovalKind, ApprovalState, Decider
from service.core.enums.attachments import AttachmentKind, AttachmentState, FileType, RejectionReason
from service.core.enums.base import Labelled
from service.core.enums.changes import Channel, Outcome
from service.core.enums.consents import ConsentPurpose, ConsentState
from service.core.enums.contacts import DecisionRole
from service.core.enums.custom_fields import CustomFieldType, IndexState
from service.core.enums.customer_relations import CustomerRelationKind
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
from service.core.enums.events import EventTopic
from service.core.enums.follow_ups import FollowUpKind, FollowUpMode, TaskPriority, TaskState
from service.core.enums.jobs import HandOverMode, JobKind, JobState, MessageState, Upkeep
from service.core.enums.needs import BudgetBand, ExpectedPurchase, NeedKind, NeedPriority, NeedState
from service.core.enums.people import DataClass, Level, ProtectedField, Relation, Role
from service.core.enums.saved_filters import FilterEntity
from service.core.enums.stages import CoarseStatus, LostReason, Stage
from service.core.enums.trade_terms import PaymentTermKind, ProcedureKind

__all__ = [
    "AccessDelivery",
    "AccessState",
    "ApprovalKind",
    "ApprovalState",
    "AttachmentKind",
    "AttachmentState",
    "BudgetBand",
    "BusinessForm",
    "Channel",
    "CoarseStatus",
    "ConsentPurpose",
    "ConsentState",
    "CreditRating",
    "CustomFieldType",
    "CustomerKind",
    "CustomerRelationKind",
    "CustomerState",
    "CustomerType",
    "DataClass",
    "Decider",
    "DecisionRole",
    "Deduction",
    "EnterpriseType",
    "EventTopic",
    "Evidence",
    "ExpectedPurchase",
    "FileType",
    "FilterEntity",
    "FollowUpKind",
    "FollowUpMode",
    "Grade",
    "Granted",
    "HandOverMode",
    "IndexState",
    "Intent",
    "JobKind",
    "JobState",
    "Labelled",
    "Level",
    "LostReason",
    "MessageState",
    "NeedKind",
    "NeedPriority",
    "NeedState",
    "Outcome",
    "Packaging",
    "PaymentTermKind",
    "ProcedureKind",
    "ProtectedField",
    "RejectionReason",
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
    "Upkeep",
]
