"""Changes of what is done for customers, and by whom: follow-ups, tasks, permissions; and of staff and settings."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from service.core import clock
from tests.security.twin.change import ERRORS, Change, Right, global_id
from tests.security.twin.pools import Pools

_FOLLOW_UP = f"followUp {{ id version content contact {{ name }} companions {{ nodes {{ name }} }} }} {ERRORS}"
_TASK = f"task {{ id title state version customer {{ tasks {{ totalCount }} }} }} {ERRORS}"
_FAULTS = "userErrors { code }"
_NOBODY = {"id": global_id("User", UUID(int=0)), "version": 0}
_NOWHERE = {"id": global_id("Department", UUID(int=0)), "version": 0}


class WorkChanges:
    """Makes them, with versions that are mostly right."""

    def __init__(self, pools: Pools, rng: random.Random) -> None:
        self.pools, self.rng = pools, rng
        self.versions: dict[Any, int] = {}
        for rows in (pools.twin.rows, pools.world):
            self.versions |= {row["id"]: row["version"] for t in ("follow_ups", "tasks") for row in rows[t]}

    def __iter__(self) -> Iterator[Change]:
        for key in self.pools.ids["FollowUp"]:
            yield from self._of_follow_up(key)
        for key in self.pools.ids["Task"]:
            yield from self._of_task(key)
        for key in self.pools.ids["Reminder"]:
            given = {"id": global_id("Reminder", key)}
            selection = f"reminder {{ id task {{ title }} }} {ERRORS}"
            yield Change("dismissReminder", given, selection, ("reminders", key), right=Right.RECEIVE)

    def of_customer(self, key: Any) -> Iterator[Change]:
        due = (clock.now() + timedelta(days=1)).isoformat()
        task = {"customerId": global_id("Customer", key), "title": "寄样品", "dueAt": due}
        yield Change("createTask", task, _TASK, ("customers", key), (("tasks", "title"),))
        heard = {"id": global_id("Customer", key), "text": "听说已搬迁"}
        told = "dueAt userErrors { code field message }"
        yield Change("reportInformationChange", heard, told, ("customers", key), right=Right.REPORT)

    def of_permission(self, key: Any, person: UUID) -> Iterator[Change]:
        given = {"customerId": global_id("Customer", key), "userId": global_id("User", person)}
        kind = "EditPermissionInput"
        for mutation in ("grantEditPermission", "withdrawEditPermission"):
            selection = f"customer {{ id }} {ERRORS}"
            yield Change(mutation, given, selection, ("customers", key), right=Right.PERMIT, turns=True, input=kind)

    def _given(self, entity: str, key: Any, **values: Any) -> dict[str, Any]:
        right = self.versions[key]
        return {"id": global_id(entity, key), "version": self.rng.choice((right, right, right + 1)), **values}

    def _of_follow_up(self, key: Any) -> Iterator[Change]:
        """Corrections: managers make them, authors are too late."""
        about, content = ("follow_ups", key), ("follow_ups", "content")
        given = self._given("FollowUp", key, content="更正", noPlanReason="等待")
        yield Change("correctFollowUp", given, _FOLLOW_UP, about, (content,), Right.CORRECT)
        contact = self.rng.choice(self.pools.ids["Contact"])
        person = global_id("User", self.rng.choice(self.pools.ids["User"]))
        given = self._given("FollowUp", key, contactId=global_id("Contact", contact), companionIds=[person])
        sets, other = (content, ("contacts", "name")), ("contacts", contact)
        yield Change("correctFollowUp", given, _FOLLOW_UP, about, sets, Right.CORRECT, refers=other)
        if self.rng.random() < 0.3:
            given = self._given("FollowUp", key, reason="记错")
            selection = f"customer {{ id lastFollowedUpAt }} {ERRORS}"
            yield Change("removeFollowUp", given, selection, about, (content,), Right.CORRECT, turns=True)

    def _of_task(self, key: Any) -> Iterator[Change]:
        about, sets = ("tasks", key), (("tasks", "title"),)
        person = global_id("User", self.rng.choice(self.pools.ids["User"]))
        yield Change("updateTask", self._given("Task", key, title="改期", notes=None), _TASK, about, sets, Right.WORK)
        closing = self.rng.choice(("completeTask", "cancelTask"))
        yield Change(closing, self._given("Task", key), _TASK, about, sets, Right.WORK)
        given = self._given("Task", key, assigneeId=person)
        yield Change("reassignTask", given, _TASK, about, sets, Right.WORK, turns=True)


_OF_ADMINISTRATORS: dict[str, dict[str, Any]] = {
    "addListValue": {"list": "Nothing", "code": "NEW", "zh": "新", "en": "New"},
    "updateListValue": {"id": global_id("ListValue", UUID(int=0)), "version": 0, "zh": "改"},
    "retireListValue": {"id": global_id("ListValue", UUID(int=0)), "version": 0},
    "retireField": {"field": "Nothing.nothing"},
    "requireField": {"field": "Nothing.nothing", "kind": "ENTERPRISE", "required": True},
    "setCadence": {"status": "POTENTIAL", "days": 1, "version": 0},
    "createDepartment": {"name": ""},
    "renameDepartment": _NOWHERE | {"name": "新部门"},
    "moveDepartment": _NOWHERE | {"parentId": None},
    "appointManager": _NOWHERE | {"managerId": None},
    "removeDepartment": _NOWHERE,
    "createUser": {"name": "", "staffNumber": "", "roles": []},
    "updateUser": _NOBODY | {"name": "新名"},
    "setUserRoles": _NOBODY | {"roles": ["ADMIN"]},
    "moveUser": _NOBODY | {"departmentId": _NOWHERE["id"]},
    "disableUser": _NOBODY,
    "enableUser": _NOBODY,
    "resetPassword": {"id": _NOBODY["id"]},
    "unlockUser": {"id": _NOBODY["id"]},
}
_OTHER_INPUT = {"disableUser": "UserVersionInput", "enableUser": "UserVersionInput"}


def of_nobody() -> Iterator[Change]:
    """With a stale version, or about nothing that there is: should it be let through, everything stays as it is."""
    cell = {"role": "SALES", "dataClass": "CONTACT", "level": "FULL", "version": 0}
    yield Change("changePolicy", cell, "policy { version }", None, right=Right.ADMINISTER)
    for mutation, given in _OF_ADMINISTRATORS.items():
        yield Change(mutation, given, _FAULTS, None, right=Right.ADMINISTER, input=_OTHER_INPUT.get(mutation))
    given = {"toUserId": _NOBODY["id"], "mode": "WHAT_IS_POSSIBLE", "reason": "离职"}
    yield Change("handOverCustomers", given, _FAULTS, None, right=Right.HAND_OVER)
