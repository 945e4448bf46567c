from __future__ import annotations

import typer

from service.app.serve import serve as run
from service.core.settings import settings


def serve(
    host: str | None = typer.Option(None, help="Instead of CRM_HOST."),
    port: int | None = typer.Option(None, help="Instead of CRM_PORT."),
    drain_seconds: int | None = typer.Option(None, min=0, help="Instead of CRM_DRAIN_SECONDS."),
    grace_seconds: int | None = typer.Option(None, min=1, help="Instead of CRM_GRACE_SECONDS."),
) -> None:
    """Run the API until SIGTERM: first /readyz says 503, then requests in flight end."""
    own = settings()
    begun = run(
        own,
        own.host if host is None else host,
        own.port if port is None else port,
        own.drain_seconds if drain_seconds is None else drain_seconds,
        own.grace_seconds if grace_seconds is None else grace_seconds,
    )
    raise typer.Exit(0 if begun else 1)
