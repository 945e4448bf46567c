"""The API as an ASGI application, which `crm serve` runs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from schema.api import SCHEMA
from schema.core.access_log import AccessLog
from schema.core.documents import DOCUMENTS
from schema.core.persisted import Persisted
from schema.core.view import GraphQLView
from schema.live.sockets import Sockets
from schema.live.streams import Streams
from schema.uploads import Uploads
from service.app import readiness
from service.app.headers import Headers
from service.boundary.access.snapshot import SNAPSHOT
from service.core import metrics, tracing
from service.core.logging import configure
from service.core.settings import settings
from service.operations import observation, persisted, process
from service.operations.events.hub import HUB

STATIC = files("service.app") / "static"


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
    """Open what the process needs, and close it when it ends."""
    own = settings()
    configure(own.log_level)
    tracing.start("mingce-api", own.otlp_endpoint, own.trace_share)
    await process.open()
    await process.require_connections()
    await process.require_keys()
    await SNAPSHOT.listen(own.database_url.get_secret_value())
    HUB.start()
    served = _serve_metrics()
    gc.freeze()
    yield
    if served is not None:
        await asyncio.to_thread(served.close)
    await HUB.close()
    await SNAPSHOT.close()
    await process.close()
    await asyncio.to_thread(tracing.close)


def _serve_metrics() -> metrics.Served | None:
    """On a port of their own: the one that a proxy shows to the world never answers them."""
    own = settings()
    if own.metrics_port is None:
        return None
    return metrics.Served(own.metrics_host, own.metrics_port, observation.Service(asyncio.get_running_loop()))


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> Response:
    """Whether requests should come here: 503 only where nothing could be answered (design §8)."""
    report = await readiness.report()
    return JSONResponse(report, status_code=200 if report["ready"] else 503)


async def start_page(_request: Request) -> Response:
    return RedirectResponse("/graphiql/")


def _view() -> GraphQLView:
    own = settings()
    view = GraphQLView(SCHEMA, graphql_ide=None, multipart_uploads_enabled=False, subscription_protocols=())
    view.default_locale = own.default_locale
    DOCUMENTS.introspection = own.serves_introspection
    trusted = None if own.trusted_documents is None else persisted.trusted(own.trusted_documents)
    view.persisted = Persisted(SCHEMA, DOCUMENTS, trusted)
    return view


def _routes() -> list[Route | Mount | WebSocketRoute]:
    locale = settings().default_locale
    routes: list[Route | Mount | WebSocketRoute] = [
        Route("/graphql", AccessLog(_view())),
        WebSocketRoute("/graphql", Sockets(SCHEMA, settings().origins, locale)),
        Route("/graphql/stream", Streams(SCHEMA, locale).__call__, methods=["POST"]),
        Route("/attachments/{id}/content", AccessLog(Uploads(locale)), methods=["POST"]),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]
    if settings().serves_graphiql:
        # Served from the package itself: it works without internet access.
        routes.append(Route("/", start_page))
        routes.append(Mount("/graphiql", StaticFiles(directory=str(STATIC / "graphiql"), html=True)))
    return routes


LARGE = 4096
"""Bytes from which on an answer is compressed, for clients that take it. Those with a secret (tokens) are smaller."""


def _middleware() -> list[Middleware]:
    found = [Middleware(Headers)]
    if settings().origins:
        found.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings().origins,
                allow_methods=["GET", "POST"],
                allow_headers=["authorization", "content-type", "accept-language", "x-request-id", "idempotency-key"],
                expose_headers=["x-request-id", "retry-after"],
                max_age=600,
            )
        )
    excluded = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "multipart/mixed")
    found.append(Middleware(GZipMiddleware, minimum_size=LARGE, compresslevel=4, exclude_content_types=excluded))
    return found


app = Starlette(routes=_routes(), middleware=_middleware(), lifespan=lifespan)
