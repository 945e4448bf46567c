"""The field specifications of every entity, by name and by the prefix of its ids."""

from service.core.fields.catalogue import LIST_VALUE
from service.core.fields.contacts import CONTACT
from service.core.fields.custom_fields import CUSTOM_FIELD
from service.core.fields.customers import CUSTOMER
from service.core.fields.follow_ups import FOLLOW_UP, REMINDER, TASK
from service.core.fields.needs import NEED
from service.core.fields.people import DEPARTMENT, USER
from service.core.fields.spec import EntitySpec
from service.core.fields.stages import STAGE_MOVE
from service.core.fields.tags import TAG

ENTITIES: dict[str, EntitySpec] = {
    spec.name: spec
    for spec in (
        CUSTOMER,
        CONTACT,
        FOLLOW_UP,
        NEED,
        STAGE_MOVE,
        TASK,
        REMINDER,
        TAG,
        USER,
        DEPARTMENT,
        LIST_VALUE,
        CUSTOM_FIELD,
    )
}
BY_PREFIX: dict[str, EntitySpec] = {spec.prefix: spec for spec in ENTITIES.values()}
