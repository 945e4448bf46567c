from __future__ import annotations

from itertools import count
from typing import Any

from service.core.enums import CustomerKind, CustomerState
from service.rules import name_keys, readings
from storage.models import Collaborator, Customer, CustomerTag, Tag, User

_serials = count(1)


async def make_customer(owner: User, **values: Any) -> Customer:
    """An enterprise in effect, owned by `owner` in his department."""
    serial = next(_serials)
    name = values.pop("name", f"杭州测试{serial}有限公司")
    state = values.get("state", CustomerState.ACTIVE)
    numbered = state not in (CustomerState.DRAFT, CustomerState.PENDING)
    defaults: dict[str, Any] = {
        "kind": CustomerKind.ENTERPRISE,
        "state": CustomerState.ACTIVE,
        "owner": owner,
        "department_id": owner.department_id,
        "created_by": owner,
        "updated_by": owner,
        "number": f"T{serial:09d}" if numbered else None,
        "name": name,
        "name_key": name and name_keys.key(name),
        "name_sort": name and readings.sort_key(name),
    }
    return await Customer.create(**{**defaults, **values})


async def make_collaborator(customer: Customer, user: User) -> Collaborator:
    return await Collaborator.create(customer=customer, user=user)


async def tag(customer: Customer, name: str = "长期合作", *, is_system: bool = True) -> CustomerTag:
    found, _ = await Tag.get_or_create(name=name, is_system=is_system)
    return await CustomerTag.create(customer=customer, tag=found)
