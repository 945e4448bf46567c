"""What the schema says of itself (design §5)."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    parse,
)

from schema.api import SCHEMA, sdl
from service.core import errors, messages
from service.core.errors import ErrorCode, Refusal
from service.core.fields import ENTITIES
from service.core.text import camel
from service.operations import sign_in

PLAIN: GraphQLSchema = SCHEMA._schema
OWN = {name: kind for name, kind in PLAIN.type_map.items() if not name.startswith("__")}
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID", "include", "skip", "deprecated", "specifiedBy", "oneOf"}


def _members(name: str, kind: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, GraphQLEnumType):
        yield from ((f"{name}.{n}", value.description) for n, value in kind.values.items())
    for field_name, field in getattr(kind, "fields", {}).items():
        yield f"{name}.{field_name}", field.description
        yield from ((f"{name}.{field_name}({a})", arg.description) for a, arg in getattr(field, "args", {}).items())


def _described() -> Iterator[tuple[str, str | None]]:
    """Everything in the schema that bears a description, by its place."""
    for name, kind in OWN.items():
        if name not in BUILT_IN:
            yield name, kind.description
            yield from _members(name, kind)
    for directive in PLAIN.directives:
        if directive.name not in BUILT_IN:
            yield f"@{directive.name}", directive.description
            yield from ((f"@{directive.name}({n})", arg.description) for n, arg in directive.args.items())


def test_design_5_everything_has_a_description_that_ends_with_a_full_stop() -> None:
    places = dict(_described())
    assert len(places) > 500
    assert [place for place, text in places.items() if not (text or "").strip().endswith(".")] == []


def test_design_5_a_guarded_field_shows_its_data_class() -> None:
    definitions = {d.name.value: d for d in _parsed() if hasattr(d, "fields")}
    for spec in ENTITIES.values():
        shown = {f.name.value: {d.name.value: d for d in f.directives or ()} for f in definitions[spec.name].fields}
        for field in spec.fields:
            given = {a.name.value: a.value.value for a in shown[camel(field.name)]["guarded"].arguments}
            wanted = {"by": field.data_class.value}
            if field.individual_class:
                wanted["individual"] = field.individual_class.value
            assert given == wanted, f"{spec.name}.{field.name}"


def _parsed() -> tuple[Any, ...]:
    return parse(sdl()).definitions


def test_design_5_the_printed_schema_can_be_built_again() -> None:
    assert set(build_schema(sdl()).type_map) >= {name for name in OWN if name not in BUILT_IN}


SECRET = re.compile(r"password|hash|token|digest|secret|epoch|salt", re.IGNORECASE)
TYPED_OR_GIVEN_ONCE = {
    "SignInInput.password",
    "RefreshSessionInput.refreshToken",
    "ChangePasswordInput.currentPassword",
    "ChangePasswordInput.newPassword",
    "SessionPayload.accessToken",
    "SessionPayload.refreshToken",
    "SessionPayload.mustChangePassword",
    "Mutation.changePassword",
    "Mutation.resetPassword",
    "CreateUserInput.password",
    "ResetPasswordInput.password",
    "AccountPayload.initialPassword",
}


def test_sec_b5_no_secret_can_be_asked_for() -> None:
    members = {
        f"{name}.{field}"
        for name, kind in OWN.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
        for field in kind.fields
    }
    assert {m for m in members if SECRET.search(m.partition(".")[2])} == TYPED_OR_GIVEN_ONCE


SYSTEM_SET = {
    "number", "state", "ownerId", "owner", "departmentId", "createdAt", "updatedAt", "createdBy", "updatedBy",
    "effectiveAt", "firstContactAt", "lastFollowedUpAt", "stage", "coarseStatus", "isLate", "recordedBy", "recordedAt",
    "approver", "submissionEvidence", "numberSerial", "nameKey", "nameSort", "removedAt", "enteredAt", "movedAt",
    "stageSince", "durationSeconds", "closedAt", "closedBy", "dismissedAt", "isOverdue", "proposedNextFollowUpAt",
}  # fmt: skip


TYPED_BY_ADMINISTRATORS = {"CreateUserInput": {"departmentId"}, "SetApprovalFlowInput": {"departmentId"}}
"""What the system sets on a customer and an administrator says of a person, or of a flow."""

INPUTS = re.compile(r"(Create|Update|Record|Set|Need|Contact|Communication)\w*Input$")


@pytest.mark.parametrize("name", [n for n in OWN if INPUTS.search(n)])
def test_sec_b5_what_the_system_gives_is_in_no_input(name: str) -> None:
    assert SYSTEM_SET & set(OWN[name].fields) == TYPED_BY_ADMINISTRATORS.get(name, set())


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", ErrorCode)
def test_d13_every_code_has_a_sentence_in_both_languages_with_the_same_parameters(code: ErrorCode) -> None:
    chinese, english = messages.FAULTS[code]
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert chinese.endswith("。")
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert english.endswith(".")
    assert _placeholders(chinese) == _placeholders(english)


def _raised() -> Iterator[tuple[str, ErrorCode, set[str]]]:
    """Each place in the code that gives a code its parameters, with their names."""
    for path in Path("service").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            named = [a for a in call.args if isinstance(a, ast.Attribute) and getattr(a.value, "id", "") == "ErrorCode"]
            function = getattr(call.func, "attr", getattr(call.func, "id", ""))
            given = {k.arg for k in call.keywords}
            if named and function in ("Invalid", "add") and None not in given:
                yield f"{path}:{call.lineno}", ErrorCode[named[0].attr], {name for name in given if name}


def test_d13_every_place_that_refuses_gives_its_sentence_all_parameters() -> None:
    raised = list(_raised())
    assert len(raised) > 50
    wanted = {code: _placeholders(pair[1]) for code, pair in messages.FAULTS.items()}
    assert [(place, code, wanted[code] - given) for place, code, given in raised if wanted[code] - given] == []


def _refusals() -> list[type[Refusal]]:
    return [*Refusal.__subclasses__()]


@pytest.mark.parametrize("kind", _refusals(), ids=lambda kind: kind.__name__)
def test_d13_every_refusal_has_a_sentence_in_both_languages(kind: type[Refusal]) -> None:
    assert kind.code in messages.REFUSALS
    assert kind in (*vars(errors).values(), *vars(sign_in).values())


@pytest.mark.parametrize("pair", messages.REFUSALS.values(), ids=messages.REFUSALS.keys())
def test_d13_the_sentences_of_refusals_ask_for_the_same_parameters(pair: tuple[str, str]) -> None:
    assert _placeholders(pair[0]) == _placeholders(pair[1])
    assert pair[0].endswith("。")
    assert pair[1].endswith(".")
