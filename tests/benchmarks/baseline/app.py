"""The baseline as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import strawberry
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from tortoise.query_utils import Prefetch

from service.boundary.access.snapshot import SNAPSHOT
from service.core.settings import settings
from service.core.viewer import Viewer
from service.operations import sign_in
from storage import db, models
from tests.benchmarks.baseline.access import Rights
from tests.benchmarks.baseline.types import Customer, CustomerConnection


@dataclass
class Context:
    viewer: Viewer


@strawberry.type
class Query:
    @strawberry.field
    async def customers(self, info: strawberry.Info[Context, None], first: int = 20) -> CustomerConnection:
        policy, viewer = await SNAPSHOT.policy(), info.context.viewer
        rows = (
            await models.Customer.filter(state="ACTIVE")
            .order_by("-created_at", "-id")
            .limit(first)
            .prefetch_related(
                Prefetch("contacts", models.Contact.filter(removed_at=None).order_by("created_at", "id")),
                Prefetch("follow_ups", models.FollowUp.filter(removed_at=None).order_by("-occurred_at", "-id")),
                "collaborations",
            )
        )
        return CustomerConnection(nodes=[Customer.of(row, Rights(policy, viewer, row)) for row in rows])


class View(GraphQL[Context, None]):
    async def get_context(self, request: Any, response: Any) -> Context:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return Context(await sign_in.viewer_of(token, locale="zh-CN", request_id=""))

    def encode_json(self, data: object) -> str | bytes:
        return orjson.dumps(data)


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    url = settings().database_url.get_secret_value()
    await db.connect(url, settings().database_pool_size)
    await SNAPSHOT.listen(url)
    yield
    await SNAPSHOT.close()
    await db.close()


SCHEMA = strawberry.Schema(Query, extensions=[ParserCache(maxsize=100), ValidationCache(maxsize=100)])
app = Starlette(
    routes=[Route("/graphql", View(SCHEMA)), Route("/healthz", lambda _request: JSONResponse({}))], lifespan=lifespan
)
