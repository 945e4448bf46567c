"""GraphQL over HTTP as published: the public audit suite against the running server."""

from __future__ import annotations

import json
import re

from tests.api import ApiProcess
from tests.clients.node import HERE, Node

AUDITS = 60
"""At least so many audits: fewer mean that the suite did not run."""

QUERIES_BY_GET = ("5A70", "D6D5", "6A70")
"""What a server MAY do and this one does only for trusted documents: run a query out of an address."""


def test_the_published_audits_find_nothing(api: ApiProcess, node: Node) -> None:
    done = node.run("audit.mjs", f"{api.url}/graphql")
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert len(results) >= AUDITS
    assert {r["id"]: r["status"] for r in results if r["status"] != "ok"} == dict.fromkeys(QUERIES_BY_GET, "notice")


def test_the_lock_names_no_registry() -> None:
    assert re.findall(r'"resolved"|//registry', (HERE / "package-lock.json").read_text()) == []
