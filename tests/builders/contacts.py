from __future__ import annotations

from typing import Any

from service.rules import readings
from storage.models import Contact, Customer


async def make_contact(customer: Customer, **values: Any) -> Contact:
    name = values.pop("name", "王伟")
    defaults: dict[str, Any] = {
        "customer": customer,
        "name": name,
        "name_sort": readings.sort_key(name, person=True),
        "title": "采购经理",
        "mobile": "13812345678",
        "email": "wangwei@acme.example",
        "salutation": "MR",
    }
    return await Contact.create(**{**defaults, **values})
