"""What bytes alone do not show: cursors that serve one viewer and one order only, fields that are refused by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from service.boundary.access.snapshot import CHANNEL
from tests.security.twin.pair import Pair
from tests.security.twin.performance import Leak, ask
from tests.security.twin.probes import Probe, root
from tests.security.twin.stage import Stage

BY_MOBILE = "orderBy: [{field: MOBILE, direction: ASC}]"
BY_NAME = "orderBy: [{field: NAME, direction: ASC}]"


def _page(order: str) -> str:
    return (
        f"query($c: String) {{ l: {root('Customer', f'first: 5, after: $c, {order}')} {{ pageInfo {{ endCursor }} }} }}"
    )


def _cursor(pair: Pair, token: str) -> str:
    data = ask(pair, token, Probe(_page(BY_NAME))).data
    assert data is not None
    return data["l"]["pageInfo"]["endCursor"]


def _refused(pair: Pair, token: str, probe: Probe, code: str) -> None:
    codes = ask(pair, token, probe).codes
    if codes != [code]:
        raise Leak(f"{probe.document} was answered, with {codes}")


def cursors_are_personal(stage: Stage, pair: Pair) -> None:
    """A cursor holds what its viewer was shown: nobody else can use it."""
    stage.play("stranger")
    cursor = _cursor_in_a(stage, pair)
    _refused(pair, stage.token("stranger"), Probe(_page(BY_NAME), {"c": cursor}), "BAD_USER_INPUT")


def _cursor_in_a(stage: Stage, pair: Pair) -> str:
    """A cursor of the administrator; what he sees differs in B."""
    first, _ = pair.ask(stage.token("admin"), _page(BY_NAME), {})
    assert first.data is not None
    return first.data["l"]["pageInfo"]["endCursor"]


def cursors_keep_to_their_order(stage: Stage, pair: Pair) -> None:
    """A cursor of one order says nothing in another."""
    stage.play("stranger")
    token = stage.token("stranger")
    _refused(pair, token, Probe(_page(BY_MOBILE), {"c": _cursor(pair, token)}), "BAD_USER_INPUT")


def the_never_visible_is_refused(stage: Stage, pair: Pair) -> None:
    """Where the policy shows a class to nobody but the administrator, the others are told so by the field's name."""
    stage.play("owner")
    document = "{ customers(where: {needs: {some: {budgetBand: {eq: FROM_10K}}}}) { totalCount } }"
    with _commercial_for_the_administrator_only(stage):
        _refused(pair, stage.token("owner"), Probe(document), "FIELD_NOT_VISIBLE")


@contextmanager
def _commercial_for_the_administrator_only(stage: Stage) -> Iterator[None]:
    hide = "update policy_cells set level = 'NONE' where data_class = 'COMMERCIAL' and level = 'FULL'"
    asyncio.run(_policy(stage, f"{hide} and principal <> 'ADMIN'"))
    try:
        yield
    finally:
        show = "update policy_cells set level = 'FULL' where data_class = 'COMMERCIAL'"
        asyncio.run(_policy(stage, f"{show} and principal in ('OWNER', 'COLLABORATOR', 'MANAGER', 'EXECUTIVE')"))


async def _policy(stage: Stage, statement: str) -> None:
    for database in (stage.first, stage.second):
        connection = await asyncpg.connect(database.owner_url)
        try:
            await connection.execute(statement)
            await connection.execute("update policy_versions set version = version + 1")
            await connection.execute(f"notify {CHANNEL}")
        finally:
            await connection.close()
    await asyncio.sleep(0.1)  # the processes hear of it


CLAIMS = (cursors_are_personal, cursors_keep_to_their_order, the_never_visible_is_refused)
