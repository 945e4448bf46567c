"""The API as an ASGI application, which `crm serve` runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from schema.api import SCHEMA
from schema.core.access_log import AccessLog
from schema.core.view import GraphQLView
from service.app import readiness
from service.boundary.access.snapshot import SNAPSHOT
from service.core import metrics
from service.core.logging import configure
from service.core.settings import settings
from service.operations import observation, process

STATIC = files("service.app") / "static"


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
    """Open what the process needs, and close it when it ends."""
    configure(settings().log_level)
    await process.open()
    await SNAPSHOT.listen(settings().database_url.get_secret_value())
    served = _serve_metrics()
    yield
    if served is not None:
        await asyncio.to_thread(served.close)
    await SNAPSHOT.close()
    await process.close()


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
    view = GraphQLView(
        SCHEMA,
        graphql_ide=None,
        allow_queries_via_get=False,
        multipart_uploads_enabled=False,
        subscription_protocols=(),
    )
    view.default_locale = settings().default_locale
    return view


def _routes() -> list[Route | Mount]:
    routes: list[Route | Mount] = [
        Route("/graphql", AccessLog(_view())),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]
    if settings().environment == "development":
        # Served from the package itself: it works without internet access.
        routes.append(Route("/", start_page))
        routes.append(Mount("/graphiql", StaticFiles(directory=str(STATIC / "graphiql"), html=True)))
    return routes


app = Starlette(routes=_routes(), lifespan=lifespan)
