"""People as operations take them, where a test calls an operation and not the API."""

from __future__ import annotations

from service.boundary.access.snapshot import read_viewer
from service.core.viewer import Viewer
from storage.models import User


async def viewer_of(user: User) -> Viewer:
    """The person as the database has him now."""
    viewer = await read_viewer(user.id)
    assert viewer is not None
    return viewer
