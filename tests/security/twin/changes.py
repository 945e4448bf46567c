"""Mutations for the twins: each is tried on records that exist for the viewer and on such that do not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from service.core import clock
from tests.security.twin import changes_of_network
from tests.security.twin.change import ERRORS, Change, Right, global_id
from tests.security.twin.changes_of_files import FileChanges
from tests.security.twin.changes_of_network import NetworkChanges
from tests.security.twin.changes_of_requests import RequestChanges
from tests.security.twin.changes_of_work import WorkChanges, of_nobody
from tests.security.twin.pools import Pools, camel
from tests.security.twin.rows import Row
from tests.security.twin.values import NUMBERS

_CUSTOMER = (
    "customer { id number name state stage version notes mobile lastFollowedUpAt updatedAt"
    " contacts(first: 9) { totalCount nodes { id name mobile isPrimary } } tags { nodes { name } } } " + ERRORS
)
_SHORT = f"customer {{ id state stage version owner {{ id }} collaborators {{ nodes {{ id }} }} }} {ERRORS}"
_CONTACT = f"contact {{ id name mobile title isPrimary version customer {{ contacts {{ totalCount }} }} }} {ERRORS}"
_NEED = f"need {{ id priority kinds state version }} {ERRORS}"

APART = {
    "signIn", "signOut", "signOutEverywhere", "refreshSession", "changePassword", "cancelJob", "createSavedFilter",
    "updateSavedFilter", "deleteSavedFilter", "retryJob", "runJob", "delegate", "endDelegation",
}  # fmt: skip
"""Mutations about the caller himself, his jobs and his filters, and about no record of a customer."""

_TOLD = {"confirmedBy": "王伟", "confirmedAt": "2025-03-01T08:00:00Z"}
STRANGERS = ("stranger", "titled stranger", "security", "hr")
"""Who is given customers: nobody whose work would let the viewer see more of them afterwards."""


class Changes:
    """Makes the changes for one viewer, in a fixed order that is the same for both databases."""

    def __init__(self, pools: Pools, seed: int) -> None:
        self.rng = random.Random(seed)
        self.pools = pools
        self.contacts: dict[Any, list[Any]] = {}
        known: dict[Any, Row] = {}
        for table in ("customers", "contacts", "needs"):
            for rows in (pools.twin.rows, pools.world):
                known |= {row["id"]: row for row in rows[table]}
        for key in pools.ids["Contact"]:
            self.contacts.setdefault(known[key]["customer_id"], []).append(key)
        self.referring = {row.get("referrer_customer_id") for row in known.values()}
        self.work = WorkChanges(pools, self.rng)
        self.network = NetworkChanges(pools, self.rng)
        self.files = FileChanges(pools, random.Random(seed + 5))
        self.requests = RequestChanges(pools, random.Random(seed + 6))
        self.of_the_log = random.Random(seed + 7)
        self.strangers = [user["id"] for user in pools.world["users"] if user["name"] in STRANGERS]
        self.versions = {key: row["version"] for key, row in known.items()}

    def _version(self, key: Any) -> int:
        """Mostly right, if nothing was changed before; sometimes stale, or that after one change."""
        right = self.versions[key]
        return self.rng.choice((right, right, right, right + 1, max(1, right - 1)))

    def __iter__(self) -> Iterator[Change]:
        """What takes records or rights away comes last."""
        needs = list(self.pools.ids["Need"])
        self.rng.shuffle(needs)
        customers, contacts = list(self.pools.ids["Customer"]), list(self.pools.ids["Contact"])
        self.rng.shuffle(customers)
        self.rng.shuffle(contacts)
        yield from self._of_nobody()
        for customer in customers:
            yield from self._of_customer(customer)
            yield from self._of_children(customer)
            yield from self.work.of_customer(customer)
            yield from self.network.of_customer(customer)
            yield from self.files.of_customer(customer)
        for need in needs:
            yield from self._of_need(need)
        yield from self.work
        yield from self.network
        yield from self.files
        yield from self.requests
        yield from self._of_the_log()
        for contact in contacts:
            yield from self._of_contact(contact)
        for customer in customers:
            yield from self._of_life(customer)

    def _of_nobody(self) -> Iterator[Change]:
        draft = {"kind": "ENTERPRISE", "name": "新草稿有限公司"}
        yield Change("createCustomerDraft", draft, _SHORT, None, right=Right.ENTER)
        yield from of_nobody()
        yield from changes_of_network.of_nobody()
        for column, numbers in NUMBERS.items():
            for number in numbers:
                given = {"field": column.upper(), "value": number, "reason": "核对身份"}
                wanted = "ids userErrors { code field }"
                yield Change("findByProtectedValue", given, wanted, None, right=Right.ASK)

    def _of_the_log(self) -> Iterator[Change]:
        """Some changes rolled back, hidden ones as well."""
        known = {row["id"]: row for rows in (self.pools.twin.rows, self.pools.world) for row in rows["change_log"]}
        told = f"record {{ id ... on Customer {{ notes version }} ... on Contact {{ title version }} }} {ERRORS}"
        keys = [
            key for key in self.pools.ids["Change"] if known[key]["subject_type"] in ("Customer", "Contact", "Need")
        ]
        for key in self.of_the_log.sample(keys, min(len(keys), 40)):
            version = self.versions.get(known[key]["subject_id"], 1)
            given = {"id": global_id("Change", key), "version": version, "reason": "改错了", **_TOLD}
            yield Change("rollbackChange", given, told, None, right=Right.WHATEVER)

    def _of_customer(self, key: Any) -> Iterator[Change]:
        about, customer, rng = ("customers", key), global_id("Customer", key), self.rng
        version = self._version(key)

        def update(version: int, columns: tuple[str, ...], **values: Any) -> Change:
            sets = tuple(("customers", column) for column in columns)
            given = {"id": customer, "version": version, **values}
            return Change("updateCustomer", given, _CUSTOMER, about, sets)

        yield update(version, ("notes", "mobile"), notes="新备注", mobile=None)
        yield update(version, ("id_number_last_four",), idNumberLastFour=None)
        yield from self._of_protected(customer, about)
        yield update(version + 7, ("address", "salutation"), address=None, salutation="MS")
        yield update(version, ("notes",), notes="再改备注")
        other = rng.choice(self.pools.ids["Customer"])
        named = {"id": customer, "version": self._version(key), "source": "REFERRAL"}
        named["referrerCustomerId"] = global_id("Customer", other)
        yield Change("updateCustomer", named, _CUSTOMER, about, (("customers", "source"),), refers=("customers", other))
        moved: dict[str, Any] = {"id": customer, "version": self._version(key)}
        to = {"to": rng.choice(("QUALIFIED", "LEAD", "WON"))}
        yield Change("moveCustomerStage", moved | to, _SHORT, about, (("customers", "stage"),))
        lost = {"to": "LOST", "lostReason": "PRICE", "reason": "太贵"}
        sets = (("customers", "stage"), ("stage_moves", "reason"), ("stage_moves", "lost_reason"))
        yield Change("moveCustomerStage", moved | lost, _SHORT, about, sets)
        tags = {"customerId": customer, "systemTags": ["高意向"], "customTags": ["待回访"]}
        yield Change("addTags", tags, _CUSTOMER, about)
        chosen = [global_id("Tag", tag) for tag in rng.sample(self.pools.ids["Tag"], 3)]
        yield Change("removeTags", {"customerId": customer, "tagIds": chosen}, _CUSTOMER, about)

    def _of_protected(self, customer: str, about: tuple[str, Any]) -> Iterator[Change]:
        for field, column in (("ID_NUMBER", "id_number"), ("BANK_ACCOUNT", "bank_account")):
            given = {"id": customer, "field": field, "reason": "核对身份"}
            wanted = "value userErrors { code field }"
            yield Change("revealField", given, wanted, about, (("customers", column),), Right.REVEAL)
            name, value = camel(column), NUMBERS[column][0]
            reasoned = {"reason": "更正", "confirmedBy": "张三", "confirmedAt": clock.now().isoformat(), name: value}
            changed = {"id": customer, "version": self._version(about[1]), **reasoned}
            yield Change("updateCustomer", changed, _CUSTOMER, about, (("customers", column),))
        erased = {"id": customer, "version": self._version(about[1]), "reason": "本人要求"}
        yield Change("eraseProtectedValues", erased, _SHORT, about, right=Right.ADMINISTER)

    def _of_children(self, key: Any) -> Iterator[Change]:
        about, customer, rng = ("customers", key), global_id("Customer", key), self.rng
        for contact in (rng.choice(self.contacts.get(key, [None])), rng.choice(self.pools.ids["Contact"])):
            follow_up = {
                "customerId": customer, "contactId": contact and global_id("Contact", contact), "content": "电话",
                "occurredAt": (clock.now() - timedelta(hours=1)).isoformat(), "mode": "PHONE", "noPlanReason": "等待",
            }  # fmt: skip
            other = ("contacts", contact) if contact else None
            selection = f"followUp {{ id content contact {{ name }} customer {{ lastFollowedUpAt }} }} {ERRORS}"
            yield Change("recordFollowUp", follow_up, selection, about, (("follow_ups", "content"),), refers=other)
        person = {"customerId": customer, "name": "赵敏", "mobile": "13800001111", "title": "经理"}
        yield Change("createContact", person, _CONTACT, about, (("contacts", "name"), ("contacts", "title")))
        empty = {"customerId": customer, "isPrimary": True}
        yield Change("createContact", empty, _CONTACT, about, (("contacts", "name"),))
        for name, values in (("kinds", {}), ("priority", {"priority": "HIGH"}), ("budget_band", {"budgetBand": None})):
            need = {"customerId": customer, **values}
            yield Change("createNeed", need, _NEED, about, (("needs", "kinds"), ("needs", name)), makes="needs")

    def _of_need(self, key: Any) -> Iterator[Change]:
        about, need = ("needs", key), {"id": global_id("Need", key), "version": self._version(key)}
        given = {**need, "version": need["version"] + 7, "currentNeed": "换机", "budgetBand": None}
        yield Change("updateNeed", given, _NEED, about, (("needs", "current_need"), ("needs", "budget_band")))
        yield Change("updateNeed", need | {"priority": "LOW"}, _NEED, about, (("needs", "priority"),))
        dropped = {**need, "to": "DROPPED", "reason": "不做了"}
        yield Change("closeNeed", dropped, _NEED, about, (("needs", "state"),))

    def _of_contact(self, key: Any) -> Iterator[Change]:
        about, contact, rng = ("contacts", key), global_id("Contact", key), self.rng
        sets = (("contacts", "title"), ("contacts", "mobile"))
        for version in (self._version(key) + 7, self._version(key)):
            given = {"id": contact, "version": version, "title": "总监", "mobile": "13700001111"}
            yield Change("updateContact", given, _CONTACT, about, sets)
        if rng.random() < 0.4:
            heir = rng.choice(self.pools.ids["Contact"])
            given = {"id": contact, "version": self._version(key), "newPrimaryId": global_id("Contact", heir)}
            yield Change(
                "removeContact", given, _CUSTOMER, about, (("contacts", "name"),), refers=("contacts", heir), turns=True
            )

    def _of_life(self, key: Any) -> Iterator[Change]:
        """Who works on it, and whether it comes into effect or goes."""
        about, customer, rng = ("customers", key), global_id("Customer", key), self.rng
        helper = {"customerId": customer, "userId": global_id("User", rng.choice(self.strangers))}
        yield from self.work.of_permission(key, rng.choice(self.strangers))
        for mutation in ("addCollaborator", "removeCollaborator"):
            kind = "CollaboratorInput"
            yield Change(mutation, helper, _SHORT, about, right=Right.ANSWER, turns=True, input=kind)
        spoken = {"occurredAt": (clock.now() - timedelta(hours=1)).isoformat(), "mode": "PHONE"}
        given = {"id": customer, "version": self._version(key), "evidence": "LICENCE", "communication": spoken}
        yield Change("submitCustomer", given, _CUSTOMER, about, turns=True)
        if key not in self.referring:  # no customer can be made to refer to a draft, but the world has such
            selection = "deletedId userErrors { code field message }"
            yield Change("deleteCustomerDraft", {"id": customer}, selection, about, right=Right.DELETE, turns=True)
        owner = global_id("User", rng.choice(self.strangers))
        given = {"id": customer, "version": self._version(key), "ownerId": owner, "reason": "调整"}
        yield Change("changeCustomerOwner", given, _SHORT, about, right=Right.GIVE_AWAY, turns=True)
