"""SEC-B2: a stranger's id answers exactly like one that does not exist, for every type and by every way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from service.core.fields import ENTITIES
from service.core.ids import new_id
from tests.security.twin.oracle import Oracle
from tests.security.twin.pair import Answer
from tests.security.twin.people import STAFF
from tests.security.twin.probes import LINKS_TO, ROOTS, STATES, camel, leaves
from tests.security.twin.stage import Stage
from tests.security.twin.world import ENTITY_OF

TABLES = {entity: table for table, entity in ENTITY_OF.items()} | {"Change": "change_log"}
VIEWERS = ("colleague", "neighbour manager", "service", "marketing", "auditor")
OTHERS = tuple(name for name in STAFF if name not in (*VIEWERS, "chief", "admin"))


def _hidden(stage: Stage, viewer: str, entity: str) -> list[UUID]:
    """Some ids of rows that do not exist for the viewer; of tags, those that only customers bear which do not."""
    oracle = Oracle(stage.world, stage.users[viewer])
    if entity == "Tag":
        borne = {
            link["tag_id"]
            for link in stage.world["customer_tags"]
            if oracle.customer_exists(oracle.customers[link["customer_id"]])
        }
        return [tag["id"] for tag in stage.world["tags"] if not tag["is_system"] and tag["id"] not in borne]
    table = TABLES[entity]
    return [row["id"] for row in stage.world[table] if not oracle.row_exists(table, row)][:3]


def _documents(entity: str) -> list[str]:
    spec = ENTITIES[entity]
    own = f"__typename ... on {entity} {{ {leaves(spec)} }}"
    found = [f"query($id: ID!) {{ node(id: $id) {{ {own} }} }}", f"query($id: ID!) {{ nodes(ids: [$id]) {{ {own} }} }}"]
    if entity == "Customer":
        found.append(f"query($id: ID!) {{ customer(id: $id) {{ {leaves(spec)} }} }}")
    ways = [(ROOTS[entity], "{id: {OP: $id}}")] if entity in ROOTS else []
    for source, relation in LINKS_TO[entity]:
        inner = "{some: {id: {OP: $id}}}" if relation.many else "{id: {OP: $id}}"
        ways.append((ROOTS[source], f"{{{camel(relation.name)}: {inner}}}"))
        ways.append((ROOTS[source], f"{{not: {{{camel(relation.name)}: {inner}}}}}"))
    for name, where in ways:
        states = f", {STATES}" if name == "customers" else ""
        for operator in ("eq", "ne", "in"):
            asked = f"where: {where.replace('OP', operator)}{states}, first: 100"
            found.append(f"query($id: ID!) {{ {name}({asked}) {{ totalCount nodes {{ id }} }} }}")
    return found


def _asked(stage: Stage, viewer: str, document: str, key: UUID, prefix: str) -> Answer:
    name: Any = f"{prefix}_{key}"
    if "in: $id" in document:
        document, name = document.replace("$id: ID!", "$id: [ID!]"), [name]
    return stage.pair().ask_first(stage.token(viewer), document, {"id": name})


@pytest.mark.parametrize("viewer", VIEWERS)
def test_sec_b2_a_hidden_id_answers_like_one_that_does_not_exist(stage: Stage, viewer: str) -> None:
    _hidden_like_absent(stage, viewer)


@pytest.mark.deep
@pytest.mark.parametrize("viewer", OTHERS)
def test_sec_b2_a_hidden_id_answers_like_one_that_does_not_exist_to_anybody(stage: Stage, viewer: str) -> None:
    _hidden_like_absent(stage, viewer)


def _hidden_like_absent(stage: Stage, viewer: str) -> None:
    asked = 0
    for entity in (*TABLES, "Tag"):
        prefix, nobody = ENTITIES[entity].prefix, new_id()
        keys = _hidden(stage, viewer, entity)
        for document in _documents(entity):
            absent = _asked(stage, viewer, document, nobody, prefix)
            assert absent.data is not None, absent.body
            for key in keys:
                found = _asked(stage, viewer, document, key, prefix)
                assert found.without_cost == absent.without_cost, (document, key)
                asked += 1
    assert asked > 80
