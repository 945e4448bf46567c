"""graphql-transport-ws: one socket, a bounded number of subscriptions, nothing before `connection_init` (SEC-A6)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import orjson
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived, WebSocketDisconnected
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation

from schema.core.context import Context
from schema.live import messages
from service.core.errors import Refusal, TooManySubscriptions, Unauthenticated
from service.operations import sign_in
from service.operations.events.hub import Stopping

MOST_OF_A_SOCKET = 20
INIT_SECONDS = 10
SEND_SECONDS = 20.0
"""How long a client may take to make room for a message before it is cut off."""

GOING_AWAY, FORBIDDEN = 1001, 4403


class Adapter(ASGIWebSocketAdapter):
    """Text frames of JSON, in both directions, each of a bounded length."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object]:
        try:
            while self.ws.application_state is not WebSocketState.DISCONNECTED:
                yield messages.decoded(await self.ws.receive_text())
        except KeyError as error:
            raise NonTextMessageReceived from error
        except messages.Malformed as error:
            raise NonJsonMessageReceived from error
        except WebSocketDisconnect:
            return

    async def send_json(self, message: Any) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.ws.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, RuntimeError, TimeoutError) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        if self.ws.application_state is WebSocketState.CONNECTED:
            await super().close(code, reason)


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """The protocol, with our errors, a viewer of its own for each subscription, and an end with the access token."""

    _expiry: asyncio.Task[None] | None = None

    async def handle_connection_init(self, message: Any) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self._expiry is None:
            self._expiry = asyncio.create_task(self._end_with_token())

    async def _end_with_token(self) -> None:
        assert self.context.token is not None
        # Its subscriptions end a moment before, and say why.
        await asyncio.sleep(max(0, sign_in.expiry_of(self.context.token) - time.time()) + 1)
        await self.websocket.close(FORBIDDEN, "The access token has expired")

    async def handle_subscribe(self, message: Any) -> None:
        if self.connection_acknowledged and message["id"] not in self.operations:
            try:
                messages.parameters(message.get("payload"))
            except messages.Malformed:
                await self.handle_invalid_message("Failed to parse message")
                return
            if len(self.operations) >= MOST_OF_A_SOCKET:
                refusal = TooManySubscriptions(most=MOST_OF_A_SOCKET)
                await self._refuse(message["id"], messages.refused(refusal, self.context))
                return
        await super().handle_subscribe(message)

    async def _refuse(self, operation: str, errors: list[dict[str, Any]]) -> None:
        await self.websocket.send_json({"id": operation, "type": "error", "payload": errors})

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        asked = {
            "query": operation.query,
            "variable_values": operation.variables,
            "operation_name": operation.operation_name,
        }
        try:
            async for result in messages.results(self.schema, self.context, asked):
                if messages.is_last(result):
                    await self._end(operation, result)
                    return
                payload: Any = messages.body_of(result, self.context)
                await operation.send_operation_message({"id": operation.id, "type": "next", "payload": payload})
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)
            await self.websocket.close(GOING_AWAY, "Messages are not read")

    async def _end(self, operation: Operation[Context, None], result: Any) -> None:
        """The last word of a subscription. Who is not signed in any more loses the socket, to come back with a fresh
        token; and a server that stops sends all of them elsewhere."""
        causes = [error.original_error for error in result.errors]
        if any(isinstance(cause, Stopping) for cause in causes):
            await self.websocket.close(GOING_AWAY, "The server stops")
            return
        payload: Any = messages.errors_of(result, self.context)
        await operation.send_operation_message({"id": operation.id, "type": "error", "payload": payload})
        if any(isinstance(cause, Unauthenticated) for cause in causes):
            await self.websocket.close(FORBIDDEN, "Not signed in any more")

    async def shutdown(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        await super().shutdown()


class Sockets(GraphQL[Context, None]):
    """The endpoint of sockets. Pages of other origins than those of the settings are refused."""

    websocket_adapter_class = Adapter  # type: ignore[assignment]
    graphql_transport_ws_handler_class = Handler

    def __init__(self, schema: BaseSchema, origins: list[str], default_locale: str) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS),
            max_subscriptions_per_connection=None,  # the handler counts, with a code
            allowed_origins=origins,
        )
        self._default_locale = default_locale

    async def get_context(self, request: Any, response: Any) -> Context:
        return messages.context_of(request, self._default_locale)

    async def on_ws_connect(self, context: Context) -> Any:
        """`connection_init` names who asks, as the header of a request would; browsers cannot set that one here."""
        given = context.connection_params or {}
        words = {name.lower(): value for name, value in given.items() if isinstance(value, str)}
        context.token = messages.bearer(words.get("authorization", "")) or context.token
        context.locale = messages.locale_of(words.get("accept-language", ""), context.locale)
        try:
            await context.require_viewer()
        except Refusal as refused:
            raise ConnectionRejectionError from refused
        return await super().on_ws_connect(context)
