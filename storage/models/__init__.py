"""The tables. Tortoise owns them: migrations and writes; the reader takes its names from here."""

from storage.models.access import AccessGrant, AccessGrantCustomer
from storage.models.approvals import Approval, ApprovalChange, ApprovalFlow, Delegation
from storage.models.attachments import Attachment, FileContent
from storage.models.branches import Branch
from storage.models.cadences import Cadence
from storage.models.catalogue import FieldSetting, ListValue
from storage.models.consents import Consent
from storage.models.contacts import Contact
from storage.models.custom_fields import CustomField
from storage.models.customer_relations import CustomerRelation
from storage.models.customers import Collaborator, Customer, CustomerNumberCounter, EditPermission
from storage.models.events import Event
from storage.models.follow_ups import FollowUp, FollowUpCompanion, Reminder, Task
from storage.models.idempotency import IdempotencyKey
from storage.models.jobs import HandOver, Job
from storage.models.needs import Need
from storage.models.outbox import OutboxMessage
from storage.models.people import Department, Session, SignInAttempt, SpentToken, User
from storage.models.policy import PolicyCell, PolicyVersion
from storage.models.protected import ProtectedValue
from storage.models.saved_filters import SavedFilter
from storage.models.search import CustomerSearch
from storage.models.stages import StageMove
from storage.models.tags import CustomerTag, Tag
from storage.models.trade_terms import PaymentTerm, Procedure

__all__ = [
    "AccessGrant",
    "AccessGrantCustomer",
    "Approval",
    "ApprovalChange",
    "ApprovalFlow",
    "Attachment",
    "Branch",
    "Cadence",
    "Collaborator",
    "Consent",
    "Contact",
    "CustomField",
    "Customer",
    "CustomerNumberCounter",
    "CustomerRelation",
    "CustomerSearch",
    "CustomerTag",
    "Delegation",
    "Department",
    "EditPermission",
    "Event",
    "FieldSetting",
    "FileContent",
    "FollowUp",
    "FollowUpCompanion",
    "HandOver",
    "IdempotencyKey",
    "Job",
    "ListValue",
    "Need",
    "OutboxMessage",
    "PaymentTerm",
    "PolicyCell",
    "PolicyVersion",
    "Procedure",
    "ProtectedValue",
    "Reminder",
    "SavedFilter",
    "Session",
    "SignInAttempt",
    "SpentToken",
    "StageMove",
    "Tag",
    "Task",
    "User",
]
