"""The one gate for reads: a selection and a viewer in, JSON bytes out, the guards compiled in between."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from service.boundary.access import uses
from service.boundary.access.snapshot import SNAPSHOT
from service.boundary.catalogue import KNOWN, Catalogue
from service.boundary.files.links import Links
from service.core.selection import Condition, Keys, Request, Selection
from service.core.settings import settings
from service.core.viewer import Viewer
from storage.crypto import Sealer
from storage.reader.guards import Guards
from storage.reader.plans import PlanCache, compile_plan

PLANS = PlanCache()

Select = Callable[[], Selection]


@cache
def _sealer() -> Sealer:
    return Sealer(settings().cursor_secret.get_secret_value())


async def read(
    viewer: Viewer, select: Select, variables: dict[str, Any], *, key: Hashable = None, keep: Any = None
) -> bytes:
    """Read what `select()` asks for, as `viewer` may see it.

    `key` names the selection up to values, `keep` what must stay alive for `key` to be unique: with them the plan is
    taken from the cache where it is known, and `select` is not called. Raises BadRequest and FieldNotVisible.
    """
    guards = _with_custom(await SNAPSHOT.guards(viewer), await KNOWN.current())
    whole_key = (key, guards.shape)
    plan = PLANS.get(whole_key, variables) if key is not None else None
    if plan is None:
        plan = compile_plan(select(), guards, _sealer(), variables)
        if key is not None:
            PLANS.put(whole_key, variables, plan, keep)
    request = _request(viewer, variables)
    if not plan.links and not plan.asks_grants:
        return await plan.run(request)
    request.memo["link"] = links = Links(viewer)
    answer = await plan.run(request)
    await links.note()
    if plan.asks_grants:
        await uses.note(viewer, request.memo.get("opened", ()), summed=plan.sums_grants)
    return answer


async def keys(viewer: Viewer, entity: str, where: Condition, most: int) -> list[UUID]:
    """The keys of the records that exist for the viewer and meet a condition; no more than `most`."""
    return [UUID(key) for key in orjson.loads(await read(viewer, lambda: Keys(entity, where, most), {}))]


_GUARDS: dict[tuple[str, str], Guards] = {}
_REMEMBERED = 1000


def _with_custom(guards: Guards, known: Catalogue) -> Guards:
    """The guards with the fields that administrators defined, whose classes they guard."""
    if not known.custom:
        return guards
    # Of two policies, rules that have the same shape are the same rules.
    key = (guards.shape, known.custom_shape)
    if key not in _GUARDS or _GUARDS[key].rules is not guards.rules:
        if len(_GUARDS) >= _REMEMBERED:
            _GUARDS.clear()
        _GUARDS[key] = replace(guards, shape=f"{guards.shape};custom={known.custom_shape}", custom=known.custom)
    return _GUARDS[key]


async def check(viewer: Viewer, selection: Selection) -> None:
    """Refuse what `read` would refuse, without reading: BadRequest, and FieldNotVisible for this viewer."""
    guards = _with_custom(await SNAPSHOT.guards(viewer), await KNOWN.current())
    for parameter in compile_plan(selection, guards, _sealer(), {}).params:
        parameter.read(_request(viewer, {}))


def _request(viewer: Viewer, variables: dict[str, Any]) -> Request:
    return Request(variables, viewer.facts)
