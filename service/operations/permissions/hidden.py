"""Why a viewer is not shown a field, whom he can ask: of the rules and the people, never of the value (D42)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.boundary.access import shown
from service.boundary.access.snapshot import SNAPSHOT
from service.core import messages
from service.core.enums import DataClass, Level, Relation, Role
from service.core.errors import BadRequest, NotFound
from service.core.fields import BY_PREFIX
from service.core.text import camel
from service.core.viewer import Viewer
from service.operations.permissions.records import Key, subjects_of
from storage.models import Customer, Department, User


@dataclass(frozen=True)
class Explanation:
    """How a field is shown, and what would show more of it."""

    data_class: DataClass
    level: Level
    missing: list[Role | Relation]
    ask: list[UUID]
    message: str


async def explain(viewer: Viewer, key: Key, field_name: str) -> Explanation:
    """Under the policy in force. NOT_FOUND where the record does not exist for the viewer."""
    subject = await subjects_of(viewer, key)
    if subject is None:
        raise NotFound
    spec = BY_PREFIX[key[0]]
    field = next((field for field in spec.fields if camel(field.name) == field_name), None)
    if field is None:
        raise BadRequest("field_unknown", entity=spec.name, field=field_name[:60])
    policy = await SNAPSHOT.policy()
    data_class = field.class_for(subject.access.kind)
    level, highest = shown.level(subject.access, field), policy.highest(data_class)
    label = field.zh if viewer.locale.startswith("zh") else field.en
    named = {"field": label, "data_class": data_class.label(viewer.locale)}
    if level.rank >= highest.rank:
        said = "shown_whole" if level is Level.FULL else "shown_masked_only"
        return Explanation(data_class, level, [], [], messages.hint(said, viewer.locale, **named))
    people = await _answerable(viewer, subject.access.customer_id)
    names = ", ".join(person.name for person in people) or messages.hint("an_administrator", viewer.locale)
    said = "shown_masked" if level is Level.MASKED else "not_shown"
    message = messages.hint(said, viewer.locale, **named, ask=names)
    return Explanation(data_class, level, policy.enough(data_class, highest), [p.id for p in people], message)


async def _answerable(viewer: Viewer, customer_id: UUID) -> list[User]:
    """The customer's owner and the manager of its department, or the next one up; who has left is not asked."""
    customer = await Customer.get_or_none(id=customer_id).prefetch_related("owner")
    if customer is None:  # a request for approval may be about no customer
        return []
    people = [customer.owner] if customer.owner else []
    department_id = customer.department_id
    while department_id is not None:
        department = await Department.get(id=department_id).prefetch_related("manager")
        if department.manager is not None and department.manager.disabled_at is None:
            people.append(department.manager)
            break
        department_id = department.parent_id
    there = {person.id: person for person in people if person.disabled_at is None and person.id != viewer.id}
    return list(there.values())
