"""The tables. Tortoise owns them: migrations and writes; the reader takes its names from here."""

from storage.models.contacts import Contact
from storage.models.customers import Collaborator, Customer, CustomerNumberCounter, EditPermission
from storage.models.follow_ups import FollowUp, Reminder, Task
from storage.models.jobs import HandOver, Job
from storage.models.needs import Need
from storage.models.outbox import OutboxMessage
from storage.models.people import Department, Session, SignInAttempt, SpentToken, User
from storage.models.policy import PolicyCell, PolicyVersion
from storage.models.stages import StageMove
from storage.models.tags import CustomerTag, Tag

__all__ = [
    "Collaborator",
    "Contact",
    "Customer",
    "CustomerNumberCounter",
    "CustomerTag",
    "Department",
    "EditPermission",
    "FollowUp",
    "HandOver",
    "Job",
    "Need",
    "OutboxMessage",
    "PolicyCell",
    "PolicyVersion",
    "Reminder",
    "Session",
    "SignInAttempt",
    "SpentToken",
    "StageMove",
    "Tag",
    "Task",
    "User",
]
