"""The API with one guard taken out, named by `POST /without`. For the test that tests the twin test; never deployed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.app.asgi import app
from service.boundary import reading
from service.boundary.access import policy, relations
from service.boundary.access.snapshot import SNAPSHOT
from service.core.enums import Granted, Level, Relation, Role
from service.operations.events import sequences
from storage.reader import (
    approvals,
    changes,
    conditions,
    grants,
    grouping,
    guards,
    mapping,
    measures,
    network,
    objects,
    ordering,
    search,
)
from storage.reader.sql import TRUE, Sql, viewer
from tests.security.twin.unguarded_changes import CHANGE_GUARDS, Removal


def _always_seen(*_arguments: Any, **_named: Any) -> Sql:
    return TRUE


def _relation(relation: Relation | Granted) -> Removal:
    """Everybody is that to every customer."""

    @contextmanager
    def removed() -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(patch.dict(relations.RELATIONS, {relation: _always_seen}))
            for name in (
                "NOT_YET",
                "OF_MANAGERS",
                "OF_DECIDERS",
                "OF_HOLDERS",
            ):  # what a relation is left out by before any row is looked at
                left_out = getattr(policy, name) - {relation}
                stack.enter_context(patch.object(policy, name, left_out))
            stack.enter_context(patch.object(policy, "_ONLY_FOR", {}))
            yield

    return removed


def _held(granted: Granted | None) -> Sql:
    """A grant opens what it is about, whether it is in force or not."""
    opens = f" and '{granted.data_class}' = any(g.data_classes)" if granted else ""
    return Sql("g.holder_id = ", viewer("id", "uuid"), opens)


def _replaced(target: Any, name: str, value: Any) -> Removal:
    return lambda: patch.object(target, name, value)


def _only_at(level: Level) -> Any:
    """`visibility` without the question at that level."""
    kept = conditions.visibility

    def visibility(field: Any, scope: Any, wanted: Level, spec: Any) -> Sql:
        return TRUE if wanted is level else kept(field, scope, wanted, spec)

    return visibility


def _base(table: str, attribute: str) -> Removal:
    """Rows that were removed, or that are reached through customers only, are rows like others."""
    kept = mapping.TABLES[table]
    changed = mapping.Table(**{"model": kept.model, "base": kept.base, "outside": kept.outside, attribute: ""})
    return lambda: patch.dict(mapping.TABLES, {table: changed})


class _Rowless(guards.Scope):
    """A scope that asks nothing of the class of a child row, and of its fields what is to be asked."""

    _of_field = False

    def level(self, data_class: Any, level: Level) -> Sql:
        return super().level(data_class, level) if self._of_field or level is Level.FULL else TRUE

    def field_level(self, spec: Any, level: Level) -> Sql:
        self._of_field = True
        try:
            return super().field_level(spec, level)
        finally:
            self._of_field = False


def _follow_without_class() -> Any:
    kept = conditions.follow

    def follow(*arguments: Any) -> Any:
        source, linked, inner = kept(*arguments)
        target = arguments[3]
        return source, linked[:-1] if inner is not None and target != "Customer" else linked, inner

    return follow


def _individual_as_enterprise(self: Any, spec: Any, level: Level) -> Sql:
    return self.level(spec.data_class, level)


def _without_viewer(self: Any, _request: Any) -> bytes:
    return self.entity.encode()


def _without_order(self: Any, request: Any) -> bytes:
    return f"{request.viewer['id']}|{self.entity}".encode()


_ONE_SHAPE = property(lambda _guards: "the same for all", lambda _guards, _value: None)


def _unmasked(_spec: Any, column: Sql, _row: str) -> Sql:
    return column


@contextmanager
def _in_both(name: str, value: Any) -> Iterator[None]:
    with ExitStack() as stack:
        for module in (conditions, objects):
            stack.enter_context(patch.object(module, name, value))
        yield


AS_ANYBODY = (Relation.STAFF, Relation.GRANT_HOLDER, Relation.HANDOVER_HR)
"""Relations that by D42's default show no more than any other staff sees: taking one for granted shows nothing."""

GUARDS: dict[str, Removal] = {
    **{f"relation {relation.value}": _relation(relation) for relation in Relation if relation not in AS_ANYBODY},
    **{f"grant of {one.data_class}": _relation(one) for one in Granted},
    "times of a grant": _replaced(grants, "_in_force", _held),
    "row of a grant": _replaced(grants, "row_exists", _always_seen),
    "row of a use of a grant": _replaced(grants, "use_exists", _always_seen),
    "row of a customer": _replaced(guards.Scope, "row_exists", _always_seen),
    "drafts": lambda: patch.object(
        guards.Scope, "row_exists", lambda self: self.level(guards.DataClass.BASIC, Level.MASKED)
    ),
    "row of a child, by a link": lambda: _in_both("follow", _follow_without_class()),
    "row of a child, in lists and by id": _replaced(objects, "Scope", _Rowless),
    "field, in selections": _replaced(guards.Scope, "field_level", _always_seen),
    "field, in conditions": _replaced(conditions, "visibility", _only_at(Level.FULL)),
    "field, in isNull": _replaced(conditions, "visibility", _only_at(Level.MASKED)),
    "field, in orders": _replaced(ordering, "visibility", _always_seen),
    "individuals' own class": _replaced(guards.Scope, "field_level", _individual_as_enterprise),
    "masks": _replaced(objects, "masked", _unmasked),
    **{
        f"{attribute} of {name}": _base(name, attribute)
        for name, table in mapping.TABLES.items()
        for attribute in ("base", "outside")
        if getattr(table, attribute)
    },
    "rights in the plan cache": lambda: patch.object(guards.Guards, "shape", _ONE_SHAPE, create=True),
    "viewer in cursors": _replaced(ordering.CursorContext, "bytes_for", _without_viewer),
    "order in cursors": _replaced(ordering.CursorContext, "bytes_for", _without_order),
    "other end of a relation": _replaced(conditions, "other_end_exists", lambda *_: []),
    "row of the change log": _replaced(changes, "row_exists", _always_seen),
    "row of a request for approval": _replaced(approvals, "row_exists", _always_seen),
    "who decides about a request": _replaced(approvals, "entitled", _always_seen),
    "both ends of a relation, in the change log": _replaced(changes, "_both_ends", _always_seen),
    "field, in the change log": _replaced(changes, "_by_group", _always_seen),
    "masks, in the change log": _replaced(changes, "masked", _unmasked),
    "who reads the change log as such": _replaced(policy, "READS_LOG", frozenset(Role)),
    "customers of a network": _replaced(network, "exists", _always_seen),
    "documents of a search": _replaced(search, "shown", _always_seen),
    "refusal by name": _replaced(conditions, "refuse_never", lambda *_: None),
    "refusal by name, of keys and sums": _replaced(grouping, "refuse_never", lambda *_: None),
    "field, in keys of groups": _replaced(grouping, "field_shown", _always_seen),
    "link, in keys of groups": _replaced(grouping, "link_shown", _always_seen),
    "field, in sums": _replaced(measures, "field_shown", _always_seen),
}

FOLLOWING = "what was shown, in subscriptions"
"""Found by what is pushed alone; the questions of the twin test would not show it."""

_open: ExitStack = ExitStack()


def _removal(name: str) -> Any:
    if name == FOLLOWING:
        return patch.object(sequences, "digest", lambda _shown: secrets.token_bytes(8))
    return GUARDS[name]() if name in GUARDS else CHANGE_GUARDS[name].removed()


async def without(request: Request) -> Response:
    """Take out the guard that the body names, and put the last one back; an empty body puts all back."""
    name = (await request.body()).decode()
    _open.close()
    if name:
        _open.enter_context(_removal(name))
    reading.PLANS.__init__()  # empty, and knows that it is
    SNAPSHOT._policy = None
    return Response()


app.router.routes.insert(0, Route("/without", without, methods=["POST"]))
__all__ = ["GUARDS", "app"]
