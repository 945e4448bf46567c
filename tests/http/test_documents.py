"""Documents that are named instead of sent; introspection and GraphiQL by setting (SEC-C3)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from schema.api import SCHEMA
from schema.core.documents import Documents
from schema.core.persisted import Persisted
from service.core.settings import SettingsError
from service.operations import persisted
from storage.models import User
from tests.api import ApiProcess, Client, signed_in
from tests.http.conftest import Start

ME = "query Me { me { name } }"
BY_ID = "query ById($id: ID!, $first: Int) { customer(id: $id) { id contacts(first: $first) { nodes { id } } } }"
BY_NAME = "query ByName($name: String!) { customers(where: {name: {eq: $name}}) { totalCount } }"
LEAVE = "mutation Leave { signOut { ok: __typename } }"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def named(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha(text)}}


async def _post(client: Client, body: dict[str, Any], accept: str = "application/json") -> httpx.Response:
    headers = {"authorization": f"Bearer {client.token}", "accept": accept} if client.token else {"accept": accept}
    return await client.http.post(f"{client.url}/graphql", json=body, headers=headers)


async def test_sec_c3_a_document_that_was_sent_once_is_named_by_its_digest_on_any_process(
    seller: Client, sales: User, opened: ApiProcess
) -> None:
    text = "query { me { staffNumber } }"
    unknown = (await _post(seller, {"extensions": named(text)})).json()
    assert unknown["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert "PersistedQueryNotFound" in unknown["errors"][0]["message"]
    sent = (await _post(seller, {"query": text, "extensions": named(text)})).json()
    assert (await _post(seller, {"extensions": named(text)})).json()["data"] == sent["data"]
    other = await signed_in(opened.url, sales)
    assert (await _post(other, {"extensions": named(text)})).json()["data"] == sent["data"]
    await other.close()


async def test_sec_c3_only_valid_documents_of_signed_in_people_are_kept(seller: Client, api: ApiProcess) -> None:
    wrong = "query { nothingOfThatName }"
    await _post(seller, {"query": wrong, "extensions": named(wrong)})
    stranger, text = Client(api.url), "query { serverTime again: serverTime }"
    await _post(stranger, {"query": text, "extensions": named(text)})
    for absent in (wrong, text):
        answer = (await _post(seller, {"extensions": named(absent)})).json()
        assert answer["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    await stranger.close()


async def test_sec_c3_a_digest_of_another_document_is_refused(seller: Client) -> None:
    answer = await _post(seller, {"query": ME, "extensions": named(BY_ID)})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "PERSISTED_QUERY_MISMATCH")


@pytest.fixture(scope="module")
def trusting(start: Start, tmp_path_factory: pytest.TempPathFactory) -> ApiProcess:
    manifest = tmp_path_factory.mktemp("trusted") / "documents.json"
    texts = (ME, BY_ID, BY_NAME, LEAVE)
    manifest.write_text(json.dumps({sha(text): text for text in texts}))
    return start(trusted_documents=str(manifest))


async def test_sec_c3_only_trusted_documents_run_where_the_setting_says_so(trusting: ApiProcess, sales: User) -> None:
    client = await signed_in(trusting.url, sales)
    assert (await _post(client, {"query": ME})).json()["data"] == {"me": {"name": sales.name}}
    assert (await _post(client, {"extensions": named(ME)})).json()["data"] == {"me": {"name": sales.name}}
    assert (await _post(client, {"documentId": f"sha256:{sha(ME)}"})).json()["data"] == {"me": {"name": sales.name}}
    for other in ({"query": "{ me { id } }"}, {"query": ME + " "}, {"extensions": named("{ serverTime }")}):
        answer = await _post(client, other, "application/graphql-response+json")
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "DOCUMENT_NOT_TRUSTED")
    await client.close()


@pytest.mark.parametrize(
    ("text", "variables", "status"),
    [
        (ME, None, 200),
        (BY_ID, {"id": "cus_00000000000000000000000001", "first": 3}, 200),
        (BY_NAME, {"name": "personal"}, 405),
        (LEAVE, None, 405),
        ("{ serverTime }", None, 405),
    ],
    ids=["no variables", "harmless variables", "a text", "a mutation", "not trusted"],
)
async def test_sec_f4_get_is_for_trusted_queries_whose_variables_tell_nothing(
    trusting: ApiProcess, sales: User, text: str, variables: dict[str, Any] | None, status: int
) -> None:
    client = await signed_in(trusting.url, sales)
    params = {"extensions": json.dumps(named(text)), "variables": json.dumps(variables)}
    headers = {"authorization": f"Bearer {client.token}"}
    answer = await client.http.get(f"{client.url}/graphql", params=params, headers=headers)
    assert answer.status_code == status
    if status == 405:
        assert answer.headers["allow"] == "GET, POST"
    await client.close()


@pytest.mark.parametrize("content", ["[]", "{}", "nonsense", '{"a": 7}', '{"operations": [{"id": "a"}]}'])
def test_sec_c3_a_manifest_that_is_none_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(SettingsError, match="CRM_TRUSTED_DOCUMENTS"):
        persisted.trusted(tmp_path / "manifest.json")


def test_sec_c3_a_trusted_document_that_is_not_valid_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "wrong.graphql").write_text("{ nothingOfThatName }")
    with pytest.raises(SettingsError, match="nothingOfThatName"):
        Persisted(SCHEMA, Documents(), persisted.trusted(tmp_path))


def test_sec_c3_folders_and_both_kinds_of_manifest_are_read(tmp_path: Path) -> None:
    (tmp_path / "me.graphql").write_text(ME)
    assert persisted.trusted(tmp_path) == {sha(ME): ME}
    (tmp_path / "a.json").write_text(json.dumps({"operations": [{"id": "me", "body": ME, "name": "Me"}]}))
    assert persisted.trusted(tmp_path / "a.json") == {"me": ME}


async def test_sec_c3_introspection_and_graphiql_are_off_in_production(start: Start, http: httpx.AsyncClient) -> None:
    production = start(environment="production")
    for document in (
        "{ __schema { types { name } } }",
        '{ ...q } fragment q on Query { t: __type(name: "Query") { name } }',
    ):
        answer = (await http.post(f"{production.url}/graphql", json={"query": document})).json()
        assert answer["errors"][0]["extensions"]["code"] == "INTROSPECTION_OFF"
    assert (await http.post(f"{production.url}/graphql", json={"query": "{ __typename }"})).json()["data"]
    assert (await http.get(f"{production.url}/graphiql/")).status_code == 404


async def test_sec_c3_introspection_and_graphiql_can_be_switched_on(
    opened: ApiProcess, http: httpx.AsyncClient
) -> None:
    document = {"query": '{ __type(name: "Query") { name } }'}
    assert (await http.post(f"{opened.url}/graphql", json=document)).json()["data"] == {"__type": {"name": "Query"}}
    assert (await http.get(f"{opened.url}/graphiql/")).status_code == 200
