"""Takes the customers of the files over, several at a time.

Customers with the same USCC go one after the other in the order of the file: the first one gets it, the others are told
who has it. What is there already, by its id in the old system (`business_code`), is skipped, so that a load that was
interrupted is completed by loading again.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Sequence

from service.app.sample import owners
from service.app.sample.files import Entry
from service.app.sample.mapping import Mapping, Notice, staff_number
from service.app.sample.report import Report
from service.core.errors import FieldError, UserErrors
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import imports
from service.operations.imports import Taken
from service.rules import uscc
from storage.models import Customer, Tag

LANES = 6
"""How many customers are taken over at a time."""
Progress = Callable[[], None]


async def load(entries: Sequence[Entry], operator: Viewer, progress: Progress) -> Report:
    """Load what is not there yet. `progress` is called after each customer."""
    report = Report()
    known = {row["business_code"] for row in await Customer.exclude(business_code=None).values("business_code")}
    accounts, report.accounts_made = await owners.ensure({staff_number(entry.row["owner"]) for entry in entries})
    system_tags = frozenset(tag.name for tag in await Tag.filter(is_system=True))
    mapping = Mapping(settings().zone, accounts, system_tags)
    lanes: list[list[Entry]] = [[] for _ in range(LANES)]
    for entry in entries:
        lanes[_lane(entry)].append(entry)

    async def drive(lane: list[Entry]) -> None:
        for entry in lane:
            if entry.key in known:
                report.skipped += 1
            else:
                await _take(operator, mapping, entry, report)
            progress()

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            group.create_task(drive(lane))
    return report


def _lane(entry: Entry) -> int:
    return zlib.crc32((uscc.normalise(entry.row["uscc"]) or entry.key).encode()) % LANES


async def _take(operator: Viewer, mapping: Mapping, entry: Entry, report: Report) -> None:
    try:
        mapped = mapping.record(entry)
        taken = await imports.customer(operator, mapped.record)
    except UserErrors as refused:
        report.refuse(entry, refused.errors)
        return
    report.accepted += 1
    report.contacts += len(entry.contacts) - len(taken.contacts_left_out)
    report.follow_ups += len(entry.follow_ups) - len(taken.talks_left_out)
    report.notices += mapped.notices
    _note_left_out(entry, taken, report)


def _note_left_out(entry: Entry, taken: Taken, report: Report) -> None:
    left: list[tuple[str, Notice, list[FieldError]]] = [
        (entry.contacts[place]["contact_id"], Notice.CONTACT_LEFT_OUT, errors)
        for place, errors in taken.contacts_left_out.items()
    ]
    left += [
        (entry.follow_ups[place]["follow_up_id"], Notice.FOLLOW_UP_LEFT_OUT, errors)
        for place, errors in taken.talks_left_out.items()
    ]
    for record, notice, errors in left:
        report.leave_out(entry, record, notice, errors)
