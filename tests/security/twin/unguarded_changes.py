"""The guards of the write path, each with the way in which it is taken out. For the test that tests the twin test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from service.boundary.access import record
from service.core.enums import CustomerState, Relation, Role
from service.core.errors import Forbidden
from service.operations import catalogue, contacts, follow_ups, policy
from service.operations.customers import drafts, ownership, referrers
from storage.queries import customers as queries
from storage.reader.guards import Scope
from storage.reader.sql import TRUE
from tests.security.twin import sites
from tests.security.twin.sites import Site

Removal = Callable[[], Any]
"""Makes the context in which a guard is gone."""


@dataclass(frozen=True)
class Guard:
    """What refuses a change."""

    within: str
    """The function that it stands in: of `record`, or of the operations."""
    removed: Removal
    strict: bool = True
    """Whether it shows under the strict policy; else under the default one."""
    viewer: str = "owner"
    """Whom it shows to first."""
    among_drafts: bool = False
    """Whether it shows by drafts that are made for it."""


def _replaced(target: Any, name: str, value: Any) -> Removal:
    return lambda: patch.object(target, name, value)


def _yes(*_arguments: Any, **_named: Any) -> bool:
    return True


_kept_rights = record.rights


async def _rights_on_any_row(*arguments: Any, **named: Any) -> Any:
    with patch.object(Scope, "row_exists", lambda _self: TRUE):
        return await _kept_rights(*arguments, **named)


async def _access_to_any_row(viewer: Any, customer_id: Any, *_child: Any) -> Any:
    with patch.object(record, "rights", _rights_on_any_row):
        return await record.access_to(viewer, customer_id)


def _without(site: Site) -> Removal:
    """The same operation without that one question."""
    if site.asks == "require_full":
        return _replaced(record.Access, "require_full", _no_field_asked_for(site))
    module = import_module(site.module)
    kept = getattr(module, site.asks)

    def asked(*arguments: Any, **named: Any) -> Any:
        here = sys._getframe(1).f_code.co_name == site.function
        return (_access_to_any_row if here else kept)(*arguments, **named)

    return _replaced(module, site.asks, asked)


def _no_field_asked_for(site: Site) -> Any:
    kept = record.Access.require_full

    def require_full(self: Any, spec: Any, names: Any) -> None:
        caller = sys._getframe(1)
        where = (caller.f_globals["__name__"], caller.f_code.co_name, spec.name)
        if where != (site.module, site.function, site.spec):
            kept(self, spec, names)

    return require_full


def _everywhere(changed: Any) -> Removal:
    """Another `editable`, wherever an operation has it by name."""

    @contextmanager
    def removed() -> Iterator[None]:
        with ExitStack() as stack:
            for module in sites.modules():
                if hasattr(module, "editable"):
                    stack.enter_context(patch.object(module, "editable", changed))
            yield

    return removed


async def _whatever_the_child(viewer: Any, customer_id: Any, _child: Any = None) -> Any:
    return await record.editable(viewer, customer_id)


async def _whatever_the_state(viewer: Any, customer_id: Any, child: Any = None) -> Any:
    try:
        return await record.editable(viewer, customer_id, child)
    except Forbidden as refused:
        if refused.detail != "read_only_state":
            raise
        return await record.access_to(viewer, customer_id)


async def _as_owner(viewer: Any, customer_id: Any) -> Any:
    return replace(await record.access_to(viewer, customer_id), relations=frozenset({Relation.OWNER}))


def _draft_by(rule: Callable[[Any], bool]) -> Removal:
    return _replaced(record.Access, "is_draft_of_viewer", property(rule))


async def _any_row(_viewer: Any, customer_id: Any) -> bool:
    return await contacts.Customer.exists(id=customer_id)


async def _any_contact_as_heir(_contact: Any, heir_id: Any, _faults: Any) -> Any:
    return None if heir_id is None else await contacts.Contact.get_or_none(id=heir_id)


async def _of_any_customer(access: Any, contact_id: Any) -> bool:
    return "CONTACT" in access.masked and await follow_ups.Contact.exists(id=contact_id, removed_at=None)


async def _seen_or_not(access: Any, contact_id: Any) -> bool:
    return await follow_ups.Contact.exists(id=contact_id, customer_id=access.customer_id, removed_at=None)


_kept_change = policy.change
_kept_find = contacts.Contact.get_or_none


async def _by_an_administrator(viewer: Any, *arguments: Any) -> Any:
    return await _kept_change(replace(viewer, roles=viewer.roles | {Role.ADMIN}), *arguments)


def _removed_or_not(**named: Any) -> Any:
    return _kept_find(id=named["id"]) if "id" in named else _kept_find(**named)


OF_THE_RECORD: dict[str, Guard] = {
    "record: it exists": Guard("access_to", _replaced(record, "rights", _rights_on_any_row)),
    "record: each of several exists": Guard("accesses", _replaced(record, "rights", _rights_on_any_row)),
    "record: its rows exist": Guard("editable", _everywhere(_whatever_the_child)),
    "record: who edits": Guard(
        "require_editable",
        _replaced(record, "editing", SimpleNamespace(may_edit=_yes)),
        strict=False,
        viewer="marketing",
    ),
    "record: read-only states": Guard("require_editable", _everywhere(_whatever_the_state)),
    "record: FULL on each field": Guard("Access.require_full", _replaced(record.Access, "require_full", _yes)),
    "record: an own draft, own": Guard(
        "Access.is_draft_of_viewer", _draft_by(lambda access: access.state is CustomerState.DRAFT), viewer="manager"
    ),
    "record: an own draft, a draft": Guard(
        "Access.is_draft_of_viewer", _draft_by(lambda access: Relation.OWNER in access.relations)
    ),
    "record: what others may refer to": Guard("is_in_effect_for", _replaced(referrers, "is_in_effect_for", _any_row)),
    "record: conflicts over what is seen": Guard(
        "Access.shown_whole", _replaced(record.Access, "shown_whole", lambda _self, _spec, values: values)
    ),
}
OF_OPERATIONS: dict[str, Guard] = {
    "contacts: removed ones": Guard(
        "contacts._find", _replaced(contacts.Contact, "get_or_none", _removed_or_not), strict=False
    ),
    "contacts: an heir of the same customer": Guard(
        "contacts._heir", _replaced(contacts, "_heir", _any_contact_as_heir), strict=False
    ),
    "follow-ups: a contact of the same customer": Guard(
        "follow_ups._exists", _replaced(follow_ups, "_exists", _of_any_customer), strict=False
    ),
    "follow-ups: a contact that is seen": Guard(
        "follow_ups._exists", _replaced(follow_ups, "_exists", _seen_or_not), viewer="collaborator"
    ),
    "who enters": Guard(
        "customers.drafts.admit",
        _replaced(drafts, "admit", _yes),
        strict=False,
        viewer="marketing",
    ),
    "who deletes a draft": Guard(
        "customers.drafts.admit_deletion", _replaced(drafts, "access_to", _as_owner), viewer="manager"
    ),
    "who changes the owner": Guard(
        "customers.ownership.admit_change",
        _replaced(ownership, "admit_change", _yes),
    ),
    "who keeps lists and fields": Guard(
        "catalogue.require_administrator", _replaced(catalogue, "require_administrator", _yes)
    ),
    "who changes the policy": Guard("policy.change", _replaced(policy, "change", _by_an_administrator)),
    "drafts take no part in uniqueness": Guard(
        "customers.requirements.check_uscc_is_free",
        _replaced(
            queries,
            "_TAKEN",
            queries._TAKEN.replace("'ACTIVE', 'ARCHIVED'", "'ACTIVE', 'ARCHIVED', 'DRAFT', 'PENDING'"),
        ),
        among_drafts=True,
    ),
}
FOR_IMPORTS_ONLY = {
    "customers.drafts.moment", "customers.drafts._owner", "follow_ups.record", "stages.move", "imports.customer",
}  # fmt: skip
"""Functions whose own refusal is about the channel IMPORT, which no request can name."""

OF_WHAT_IS_NOT_THERE = {"needs._find", "catalogue._value"}
"""Functions whose own refusal is that there is no such row at all."""

CHANGE_GUARDS: dict[str, Guard] = {
    **OF_THE_RECORD,
    **{str(site): Guard(f"{sites.short(site.module)}.{site.function}", _without(site)) for site in sites.sites()},
    **OF_OPERATIONS,
}
