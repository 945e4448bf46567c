"""The field specifications of every entity, by name and by the prefix of its ids."""

from service.core.fields.access import ACCESS_GRANT, ACCESS_USE
from service.core.fields.approvals import APPROVAL
from service.core.fields.attachments import ATTACHMENT
from service.core.fields.branches import BRANCH
from service.core.fields.catalogue import LIST_VALUE
from service.core.fields.changes import CHANGE
from service.core.fields.consents import CONSENT
from service.core.fields.contacts import CONTACT
from service.core.fields.custom_fields import CUSTOM_FIELD
from service.core.fields.customer_relations import CUSTOMER_RELATION
from service.core.fields.customers import CUSTOMER
from service.core.fields.follow_ups import FOLLOW_UP, REMINDER, TASK
from service.core.fields.needs import NEED
from service.core.fields.people import DEPARTMENT, USER
from service.core.fields.spec import EntitySpec
from service.core.fields.stages import STAGE_MOVE
from service.core.fields.tags import TAG
from service.core.fields.trade_terms import PAYMENT_TERM, PROCEDURE

_ABOUT_CUSTOMERS = (CUSTOMER, CONTACT, FOLLOW_UP, NEED, STAGE_MOVE, TASK, REMINDER, ATTACHMENT)
_BESIDES = (TAG, USER, DEPARTMENT, LIST_VALUE, CUSTOM_FIELD)
_NETWORK_AND_TERMS = (BRANCH, PAYMENT_TERM, PROCEDURE, CUSTOMER_RELATION, CONSENT)
_LOG = (CHANGE, APPROVAL, ACCESS_GRANT, ACCESS_USE)
_ALL = (*_ABOUT_CUSTOMERS, *_BESIDES, *_NETWORK_AND_TERMS, *_LOG)
ENTITIES: dict[str, EntitySpec] = {spec.name: spec for spec in _ALL}
BY_PREFIX: dict[str, EntitySpec] = {spec.prefix: spec for spec in ENTITIES.values()}
