"""Writes the demo.

Not through the operations: 3,000 customers with their histories take more than a minute that way, and a first start
must not. The rows are those that the operations leave behind (keys of names, numbers by day with their counters, times
of contact, stage moves, tasks of plans), written by COPY in one transaction. The change log has one row for the whole
instead of one for each change.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from tortoise.transactions import in_transaction

from service.app.demo import DEMO_PASSWORD, customers, staff, texts
from service.app.demo.calendar import Calendar
from service.app.demo.making import Maker
from service.app.demo.words import Words
from service.boundary import audit, passwords
from service.core import clock
from service.core.enums import Channel, CustomerState
from service.core.ids import new_id
from service.core.settings import settings
from service.rules import numbering
from storage import copying, db
from storage.models import Customer, CustomerNumberCounter, Department, Tag

Progress = Callable[[int], None]
_HEARD = 50


async def is_empty() -> bool:
    """Whether there is no customer yet."""
    return not await Customer.exists()


async def load(count: int, seed: int, progress: Progress) -> dict[str, int]:
    """Make and save everything; how many rows of each table. `progress` hears how many customers are made."""
    hashed = await passwords.hashed(DEMO_PASSWORD)
    return await asyncio.create_task(_load(count, seed, hashed, progress))


async def _load(count: int, seed: int, hashed: str, progress: Progress) -> dict[str, int]:
    words = Words(seed)
    calendar = Calendar.around(clock.now(), settings().zone, words.random)
    people = staff.make(words, hashed, calendar.start())
    system = await Tag.filter(is_system=True).order_by("created_at", "name")
    keys = [new_id() for _ in texts.CUSTOM_TAGS]
    own = [
        {
            "id": key,
            "created_at": calendar.start(),
            "updated_at": calendar.start(),
            "version": 1,
            "name": name,
            "is_system": False,
        }
        for key, name in zip(keys, texts.CUSTOM_TAGS, strict=True)
    ]
    maker = Maker(words, calendar, people.sellers, [tag.id for tag in system], keys)
    for place in range(count):
        customers.make(maker, place, count)
        if place % _HEARD == 0:
            progress(place)
    counters = number(maker.tables.customers)
    rows = {"departments": people.departments, "users": people.users, "tags": own, **vars(maker.tables)}
    written = {table: len(records) for table, records in rows.items()}
    async with in_transaction():
        await db.rows("set local transaction_timeout = 0")  # nobody else waits for it, and the machine may be slow
        for table, records in rows.items():
            await copying.copy(table, records)
        for department, head in people.heads.items():
            await Department.filter(id=department).update(manager_id=head)
        await CustomerNumberCounter.bulk_create(
            [CustomerNumberCounter(day=d, last_serial=n) for d, n in counters.items()]
        )
        await audit.record(
            None, "demo.load", channel=Channel.CLI.value, changes={name: (None, n) for name, n in written.items()}
        )
    progress(count)
    return written


def number(made: list[dict[str, Any]]) -> dict[Any, int]:
    """Give each customer in effect its number, by the business day on which it took effect; the last serials."""
    last: Counter[Any] = Counter()
    for customer in sorted(made, key=lambda row: row["created_at"]):
        if customer["state"] is CustomerState.DRAFT:
            continue
        day = clock.business_day(customer["effective_at"], settings().zone)
        last[day] += 1
        customer["number_day"], customer["number_serial"] = day, last[day]
        customer["number"] = numbering.number(day, last[day], settings().customer_number_format)
    return dict(last)
