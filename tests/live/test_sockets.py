"""What a socket may do, and what it may not (SEC-A6)."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import Any

import pytest
from joserfc import jwt
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from schema.live.messages import LONGEST
from schema.live.sockets import MOST_OF_A_SOCKET
from service.boundary import tokens
from service.core.fields import CUSTOMER
from service.core.ids import to_global
from service.operations.events.hub import MOST_OF_A_PERSON
from storage.models import Session, User
from tests.api import Client
from tests.builders.customers import make_customer
from tests.live import listening as ws
from tests.live.listening import PROTOCOL, Listener, listening, opened, socket_url

DEEP = (
    "subscription { remindersForMe { reminder { task "
    + "{ customer { tasks { nodes " * 4
    + "{ id }"
    + " } } }" * 4
    + " } } }"
)


async def test_sec_a6_nothing_is_done_before_connection_init(seller: Client) -> None:
    async with connect(socket_url(seller.url), subprotocols=[PROTOCOL], proxy=None) as socket:
        listener = Listener(socket)
        await listener.subscribe(ws.REMINDERS)
        assert await listener.closed() == 4401


async def test_sec_a6_who_is_nobody_is_let_in_nowhere(seller: Client) -> None:
    for token in ("", "no-token"):
        async with connect(socket_url(seller.url), subprotocols=[PROTOCOL], proxy=None) as socket:
            listener = Listener(socket)
            await listener.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
            assert await listener.closed() == 4403


async def test_sec_a6_a_page_of_another_origin_is_refused(seller: Client) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            socket_url(seller.url),
            subprotocols=[PROTOCOL],
            proxy=None,
            origin="https://evil.example",  # type: ignore[arg-type]
        ):
            pass
    assert refused.value.response.status_code == 403
    async with opened(seller.url, seller.token, origin=seller.url) as listener:
        await listener.subscribe(ws.REMINDERS)
        assert (await listener.next())["reminder"] is None


async def test_sec_a6_the_old_protocol_is_off(seller: Client) -> None:
    old: Any = "graphql-ws"
    async with connect(socket_url(seller.url), subprotocols=[old], proxy=None) as socket:
        assert await Listener(socket).closed() == 4406


async def test_sec_a6_the_number_of_subscriptions_of_a_socket_is_bounded(seller: Client) -> None:
    async with opened(seller.url, seller.token) as listener:
        for name in range(MOST_OF_A_SOCKET + 1):
            await listener.subscribe(ws.REMINDERS, str(name))
        said = [await listener.message() for _ in range(MOST_OF_A_SOCKET + 1)]
    (refused,) = [message for message in said if message["type"] == "error"]
    assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"


async def test_sec_a6_the_number_of_subscriptions_of_a_person_over_all_sockets_is_bounded(seller: Client) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST_OF_A_PERSON // MOST_OF_A_SOCKET):
            listener = await stack.enter_async_context(opened(seller.url, seller.token))
            for name in range(MOST_OF_A_SOCKET):
                await listener.subscribe(ws.REMINDERS, str(name))
            for _ in range(MOST_OF_A_SOCKET):
                assert (await listener.message())["type"] == "next"
        one_more = await stack.enter_async_context(listening(seller.url, seller.token, ws.REMINDERS))
        assert await one_more.code() == "TOO_MANY_SUBSCRIPTIONS"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ me { id } }", "BAD_USER_INPUT"),
        ("mutation { signOut { userErrors { code } } }", "BAD_USER_INPUT"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { customerChanged(id: "x") { sequence } }', "BAD_USER_INPUT"),
        ('subscription { remindersForMe(after: "x") { sequence } }', "BAD_USER_INPUT"),
        (DEEP, "QUERY_TOO_DEEP"),
    ],
)
async def test_only_subscriptions_that_are_valid_are_begun(seller: Client, document: str, code: str) -> None:
    async with listening(seller.url, seller.token, document) as listener:
        assert await listener.code() == code


async def test_a_sequence_serves_who_got_it_where_he_got_it(sales: User, seller: Client) -> None:
    keys = [to_global(CUSTOMER.prefix, (await make_customer(sales)).id) for _ in range(2)]
    async with listening(seller.url, seller.token, ws.CUSTOMER, id=keys[0]) as listener:
        sequence = (await listener.next())["sequence"]
    async with listening(seller.url, seller.token, ws.CUSTOMER, id=keys[1], after=sequence) as listener:
        assert await listener.code() == "BAD_USER_INPUT"


@pytest.mark.parametrize("message", ["{", "x" * (LONGEST + 1), '{"type": "nothing"}', '{"id": "\\u0000"}'])
async def test_sec_a6_what_is_no_message_ends_the_socket(seller: Client, message: str) -> None:
    async with opened(seller.url, seller.token) as listener:
        await listener.socket.send(message)
        assert await listener.closed() == 4400


async def test_sec_a3_a_socket_ends_with_its_access_token(sales: User, seller: Client) -> None:
    session = await Session.get(user_id=sales.id)
    claims = {"sub": str(sales.id), "sid": str(session.id), "ep": sales.session_epoch, "exp": int(time.time()) + 2}
    brief = jwt.encode({"alg": tokens.ALGORITHM}, claims, tokens._key())
    async with listening(seller.url, brief, ws.REMINDERS) as listener:
        await listener.next()
        assert await listener.code(5.0) == "UNAUTHENTICATED"
        assert await listener.closed() == 4403
