"""Changes of branches, trade terms, relations between customers and consents; tags of many at once; what
administrators keep."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.security.twin.change import ERRORS, Change, Right, global_id
from tests.security.twin.pools import Pools

_BRANCH = f"branch {{ id name phone managerName version customer {{ branches {{ totalCount }} }} }} {ERRORS}"
_PROCEDURE = f"procedure {{ id kind text contact {{ name }} version }} {ERRORS}"
_RELATION = f"customerRelation {{ id kind toCustomer {{ id name }} version }} {ERRORS}"
_TERMS = f"customer {{ id version paymentTerms(first: 5) {{ totalCount nodes {{ kind share }} }} }} {ERRORS}"
_CONSENT = f"consent {{ id purpose state recipient note evidence {{ id displayName }} version }} {ERRORS}"
_BULK = "results { customerId done code } userErrors { code field }"
_OF_A_TIME = 12


class NetworkChanges:
    """Makes them, with versions that are mostly right."""

    def __init__(self, pools: Pools, rng: random.Random) -> None:
        self.pools, self.rng = pools, rng
        self.versions: dict[Any, int] = {}
        self.files = random.Random(99)
        tables = ("customers", "branches", "procedures", "customer_relations", "consents")
        for rows in (pools.twin.rows, pools.world):
            self.versions |= {row["id"]: row["version"] for table in tables for row in rows[table]}

    def of_customer(self, key: Any) -> Iterator[Change]:
        """What is new of a customer."""
        about, customer = ("customers", key), {"customerId": global_id("Customer", key)}
        given = customer | {"name": "东站店", "phone": "0571-88886666"}
        sets = (("branches", "name"), ("branches", "phone"))
        yield Change("createBranch", given, _BRANCH, about, sets, makes="branches")
        terms = customer | {"version": self.versions[key], "terms": [{"kind": "PREPAID", "share": "100"}]}
        yield Change("setPaymentTerms", terms, _TERMS, about, (("payment_terms", "kind"),), makes="payment_terms")
        contact, other = (self.rng.choice(self.pools.ids[entity]) for entity in ("Contact", "Customer"))
        given = customer | {"kind": "ORDERING", "text": "微信下单", "contactId": global_id("Contact", contact)}
        sets = (("procedures", "kind"), ("procedures", "text"), ("contacts", "name"))
        yield Change(
            "createProcedure", given, _PROCEDURE, about, sets, makes="procedures", refers=("contacts", contact)
        )
        given = {"fromCustomerId": customer["customerId"], "toCustomerId": global_id("Customer", other)}
        given |= {"kind": "SUPPLIER", "note": "老同学"}
        sets = (("customer_relations", "kind"), ("customer_relations", "note"))
        yield Change(
            "addCustomerRelation", given, _RELATION, about, sets, makes="customer_relations",
            refers=("customers", other),
        )  # fmt: skip
        own = [row["id"] for row in self.pools.world["attachments"] if row["customer_id"] == key]
        file = self.files.choice(own or self.pools.ids["Attachment"])
        given = customer | {"purpose": "SHARING", "givenOn": "2025-03-05", "recipient": "东方银行", "note": "盖章原件"}
        sets = (
            ("consents", "purpose"),
            ("consents", "recipient"),
            ("consents", "note"),
            ("attachments", "display_name"),
        )
        yield Change(
            "recordConsent", given | {"evidenceId": global_id("Attachment", file)}, _CONSENT, about, sets,
            makes="consents", refers=("attachments", file),
        )  # fmt: skip

    def __iter__(self) -> Iterator[Change]:
        yield from self._in_bulk()
        for key in self.pools.ids["Branch"]:
            about, name = ("branches", key), ("branches", "name")
            yield Change("updateBranch", self._given("Branch", key, name="西站店"), _BRANCH, about, (name,))
            gone = f"customer {{ id branches {{ totalCount }} }} {ERRORS}"
            yield Change("removeBranch", self._given("Branch", key), gone, about, (name,), turns=True)
        for key in self.pools.ids["Procedure"]:
            about, kind = ("procedures", key), ("procedures", "kind")
            yield Change("updateProcedure", self._given("Procedure", key, text="电话下单"), _PROCEDURE, about, (kind,))
            gone = f"customer {{ id procedures {{ totalCount }} }} {ERRORS}"
            yield Change("removeProcedure", self._given("Procedure", key), gone, about, (kind,), turns=True)
        for key in self.pools.ids["Consent"]:
            about, sets = ("consents", key), (("consents", "purpose"), ("consents", "note"))
            yield Change("withdrawConsent", self._given("Consent", key, note="电话撤回"), _CONSENT, about, sets)
        for key in self.pools.ids["CustomerRelation"]:
            gone = f"customer {{ id relationsOut {{ totalCount }} }} {ERRORS}"
            about, kind = ("customer_relations", key), ("customer_relations", "kind")
            yield Change(
                "removeCustomerRelation", self._given("CustomerRelation", key), gone, about, (kind,), turns=True
            )

    def _given(self, entity: str, key: Any, **values: Any) -> dict[str, Any]:
        right = self.versions[key]
        return {"id": global_id(entity, key), "version": self.rng.choice((right, right, right + 1)), **values}

    def _in_bulk(self) -> Iterator[Change]:
        """Each customer has an answer of its own: one that does not exist for the viewer that it is not found."""
        customers = list(self.pools.ids["Customer"])
        self.rng.shuffle(customers)
        for start in range(0, len(customers), _OF_A_TIME):
            ids = [global_id("Customer", key) for key in customers[start : start + _OF_A_TIME]]
            tags = {"customerIds": ids, "systemTags": ["高意向"]}
            yield Change("tagCustomers", tags, _BULK, None, right=Right.ASK)
            chosen = [global_id("Tag", tag) for tag in self.rng.sample(self.pools.ids["Tag"], 3)]
            yield Change("untagCustomers", {"customerIds": ids, "tagIds": chosen}, _BULK, None, right=Right.ASK)


_TAG = {"id": global_id("Tag", UUID(int=0)), "version": 0}
_FIELD = {"id": global_id("CustomField", UUID(int=0)), "version": 0}
_OF_ADMINISTRATORS: dict[str, dict[str, Any]] = {
    "createSystemTag": {"name": ""},
    "renameSystemTag": _TAG | {"name": "新名"},
    "retireSystemTag": _TAG,
    "createCustomField": {"key": "", "type": "TEXT", "zh": "新", "en": "New"},
    "updateCustomField": _FIELD | {"zh": "改"},
    "retireCustomField": _FIELD,
    "buildCustomFieldIndex": {"id": _FIELD["id"]},
    "rescanAttachments": {},
}


def of_nobody() -> Iterator[Change]:
    """About nothing that there is: should it be let through, everything stays as it is."""
    for mutation, given in _OF_ADMINISTRATORS.items():
        yield Change(mutation, given, "userErrors { code }", None, right=Right.ADMINISTER)
