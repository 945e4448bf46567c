"""Sessions: rotation, re-use, sign-out, and who is put out of office (SEC-A2, SEC-A3)."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from service.boundary import tokens
from service.core import clock
from service.core.enums import Role
from service.core.ids import new_id
from storage import db
from storage.models import Session, User
from storage.queries import sessions
from tests.api import Answer, ApiProcess, Client
from tests.journeys import accounts, drafts
from tests.journeys.accounts import make_account

DEADLINE = 5.0
"""Seconds (SEC-A3)."""


@pytest.fixture
async def client(api: ApiProcess) -> AsyncIterator[Client]:
    client = Client(api.url)
    yield client
    await client.close()


@pytest.fixture(scope="module")
def other_process(engines: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """A second API process on the same database."""
    process = ApiProcess(dict(os.environ), tmp_path_factory.mktemp("other-api") / "log")
    yield process
    process.stop()


async def _refresh(client: Client, token: str) -> Answer:
    return await client.run(accounts.REFRESH, token=token)


async def test_sec_a2_a_refresh_token_is_rotated_at_each_use(client: Client) -> None:
    first = await accounts.session(client, await make_account())
    second = (await _refresh(client, first["refreshToken"])).data["refreshSession"]
    third = (await _refresh(client, second["refreshToken"])).data["refreshSession"]
    assert len({first["refreshToken"], second["refreshToken"], third["refreshToken"]}) == 3
    assert (await accounts.who(client, third["accessToken"])).data["me"]


async def test_sec_a2_the_reuse_of_a_spent_token_ends_the_family(client: Client) -> None:
    user = await make_account()
    first, other = await accounts.session(client, user), await accounts.session(client, user)
    second = (await _refresh(client, first["refreshToken"])).data["refreshSession"]
    assert (await _refresh(client, first["refreshToken"])).code == "UNAUTHENTICATED"
    assert (await _refresh(client, second["refreshToken"])).code == "UNAUTHENTICATED"
    await _refused_within(lambda: accounts.who(client, second["accessToken"]))
    assert (await accounts.who(client, other["accessToken"])).data["me"], "another device is not concerned"
    log = await db.rows("select reason from change_log where action = 'session.refresh' and outcome = 'REFUSED'")
    assert any(row["reason"].startswith("REFRESH_TOKEN_REUSED") for row in log)


async def test_sec_a2_of_two_uses_of_one_token_at_once_at_most_one_is_answered(client: Client) -> None:
    first = await accounts.session(client, await make_account())
    answers = await asyncio.gather(*(_refresh(client, first["refreshToken"]) for _ in range(5)))
    assert sum("errors" not in a.body for a in answers) == 1


async def test_sec_a2_an_invented_refresh_token_is_refused(client: Client) -> None:
    assert (await _refresh(client, "a" * 43)).code == "UNAUTHENTICATED"


async def _refused_within(ask: Callable[[], Awaitable[Answer]], code: str = "UNAUTHENTICATED") -> None:
    started = time.monotonic()
    while "errors" not in (answer := await ask()).body:
        assert time.monotonic() - started < DEADLINE
        await asyncio.sleep(0.1)
    assert answer.code == code


async def test_d1_sign_out_ends_this_session_and_no_other(client: Client) -> None:
    user = await make_account()
    here, there = await accounts.session(client, user), await accounts.session(client, user)
    client.token = here["accessToken"]
    assert (await client.run("mutation { signOut { userErrors { code } } }")).data["signOut"] == {"userErrors": []}
    assert (await accounts.who(client, here["accessToken"])).code == "UNAUTHENTICATED"
    assert (await _refresh(client, here["refreshToken"])).code == "UNAUTHENTICATED"
    assert (await accounts.who(client, there["accessToken"])).data["me"]


async def test_sec_a3_sign_out_everywhere_is_heard_by_another_process(
    client: Client, other_process: ApiProcess
) -> None:
    user = await make_account()
    here, there = await accounts.session(client, user), await accounts.session(client, user)
    elsewhere = Client(other_process.url, http=client.http)
    assert (await accounts.who(elsewhere, there["accessToken"])).data["me"]
    client.token = here["accessToken"]
    await client.run("mutation { signOutEverywhere { userErrors { code } } }")
    await _refused_within(lambda: accounts.who(elsewhere, there["accessToken"]))
    assert (await _refresh(elsewhere, there["refreshToken"])).code == "UNAUTHENTICATED"


async def test_sec_a3_a_disabled_user_is_refused_within_5_s(client: Client) -> None:
    user = await make_account()
    mine = await accounts.session(client, user)
    assert (await accounts.who(client, mine["accessToken"])).data["me"]
    await User.filter(id=user.id).update(disabled_at=clock.now())
    await _refused_within(lambda: accounts.who(client, mine["accessToken"]))
    assert (await _refresh(client, mine["refreshToken"])).code == "UNAUTHENTICATED"
    assert (await accounts.sign_in(client, user.staff_number)).code == "SIGN_IN_FAILED"


async def test_sec_a3_a_password_reset_is_felt_within_5_s(client: Client) -> None:
    user = await make_account()
    mine = await accounts.session(client, user)
    await User.filter(id=user.id).update(password_hash="reset", must_change_password=True)
    await sessions.end_sessions(user.id, clock.now())
    await _refused_within(lambda: accounts.who(client, mine["accessToken"]))


async def test_sec_a3_a_dropped_role_is_felt_within_5_s(client: Client) -> None:
    user = await make_account(Role.SALES)
    client.token = (await accounts.session(client, user))["accessToken"]
    document = "mutation($input: CreateCustomerDraftInput!) { createCustomerDraft(input: $input) { customer { id } } }"
    assert (await client.run(document, input=drafts.enterprise())).data["createCustomerDraft"]["customer"]
    await User.filter(id=user.id).update(roles=[Role.MARKETING.value])
    await _refused_within(lambda: client.run(document, input=drafts.enterprise()), "FORBIDDEN")


def _token(user: User, session: Session, key: OctKey | None = None, **claims: object) -> str:
    said = {
        "sub": str(user.id), "sid": str(session.id), "ep": user.session_epoch, "exp": int(time.time()) + 60, **claims
    }  # fmt: skip
    return jwt.encode({"alg": "HS256"}, said, key or tokens._key())


async def test_sec_a2_an_access_token_that_expired_or_was_forged_is_refused(client: Client) -> None:
    user = await make_account()
    expires = clock.now() + timedelta(days=1)
    session = await Session.create(user=user, token_digest=new_id().hex, expires_at=expires)
    assert (await accounts.who(client, _token(user, session))).data["me"]
    expired = await accounts.who(client, _token(user, session, exp=int(time.time()) - 1))
    assert (expired.code, expired.error["message"][:27]) == ("UNAUTHENTICATED", "The access token has expire")
    forged = OctKey.import_key("x" * 32)
    for token in (
        _token(user, session, forged),
        "nonsense",
        _token(user, session)[:-2],
        _token(user, session, sub="x"),
    ):
        answer = await accounts.who(client, token)
        assert answer.code == "UNAUTHENTICATED"
        assert answer.body["data"] is None or answer.body["data"] == {"me": None}
    unsigned = "eyJhbGciOiJub25lIn0." + _token(user, session).split(".")[1] + "."
    assert (await accounts.who(client, unsigned)).code == "UNAUTHENTICATED"
    assert (await accounts.who(client, _token(user, session, ep=user.session_epoch - 1))).code == "UNAUTHENTICATED"


async def test_sec_a2_access_tokens_live_15_minutes_at_most(client: Client) -> None:
    mine = await accounts.session(client, await make_account())
    assert tokens.opened(mine["accessToken"]).expires_at <= time.time() + 900


async def test_sec_a2_refresh_tokens_are_kept_as_digests_only(client: Client) -> None:
    mine = await accounts.session(client, await make_account())
    rows = await db.rows("select s::text as s from sessions s")
    assert [row for row in rows if mine["refreshToken"] in row["s"]] == []
    assert any(tokens.refresh_digest(mine["refreshToken"]) in row["s"] for row in rows)
