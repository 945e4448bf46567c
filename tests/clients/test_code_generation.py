"""Code generators of front ends accept the committed schema with the examples, set up as the guide says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.clients import documents
from tests.clients.node import MODULES, Node

GUIDE = documents.ROOT / "docs" / "front-ends.md"


@pytest.fixture
def project(node: Node, tmp_path: Path) -> Path:
    """An empty front end: the committed schema, and the packages where node looks for them."""
    shutil.copy(documents.ROOT / "schema.graphql", tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "src" / "__generated__").mkdir(parents=True)
    return tmp_path


def _block(language: str, holding: str) -> str:
    """The block of the guide with this text."""
    (found,) = [b for b in re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL) if holding in b]
    return found


def _codegen(node: Node, project: Path) -> str:
    """Let graphql-codegen run; what it said where it failed."""
    (project / "codegen.ts").write_text(_block("ts", "CodegenConfig"))
    for path in documents.sources():
        shutil.copy(path, project / "src")
    done = node.command("graphql-codegen", "--config", "codegen.ts", at=project)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _relay(node: Node, project: Path) -> str:
    """Let relay-compiler run on a component for each definition; what it said where it failed."""
    (project / "relay.config.json").write_text(_block("json", "customScalarTypes"))
    for name, text in documents.definitions().items():
        # Relay wants what a component asks for to be called like its module.
        module = re.sub(r"(Query|Mutation)$|_\w+$", "", name)
        asking = f'import {{ graphql }} from "react-relay";\n\nexport const asked = graphql`{text}`;\n'
        (project / "src" / f"{module}.ts").write_text(asking)
    done = node.command("relay-compiler", "relay.config.json", at=project)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_graphql_codegen_makes_types_that_typescript_accepts(node: Node, project: Path) -> None:
    assert _codegen(node, project) == ""
    made = (project / "src" / "types.ts").read_text()
    assert all(f"export type {name} = " in made for name in documents.operations())
    options = {"strict": True, "module": "nodenext", "target": "es2022", "noEmit": True, "types": []}
    # Uses what was made as a front end does: a name that is not in the answer must not compile.
    (project / "src" / "use.ts").write_text(
        'import type { CustomerListQueryQuery as CustomerListQuery } from "./api/graphql.js";\n'
        "export const more = (page: CustomerListQuery): boolean => page.customers.pageInfo.hasNextPage;\n"
        "// @ts-expect-error\n"
        "export const wrong = (page: CustomerListQuery): unknown => page.customers.nodes;\n"
    )
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["src"]}))
    checked = node.command("tsc", "-p", ".", at=project)
    assert checked.returncode == 0, checked.stdout


def test_relay_compiler_accepts_the_schema_and_the_examples(node: Node, project: Path) -> None:
    assert _relay(node, project) == ""
    made = {path.name.removesuffix(".graphql.ts") for path in (project / "src" / "__generated__").iterdir()}
    assert made >= set(documents.definitions())


def test_generators_refuse_a_field_that_the_schema_does_not_have(node: Node, project: Path) -> None:
    schema = project / "schema.graphql"
    without = re.sub(r"^  hasNextPage: Boolean!$", "  hasMore: Boolean!", schema.read_text(), flags=re.MULTILINE)
    assert without != schema.read_text()
    schema.write_text(without)
    assert "hasNextPage" in _codegen(node, project)
    assert "hasNextPage" in _relay(node, project)
