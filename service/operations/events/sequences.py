"""What a client is given with each event, to go on from after a reconnect. Sealed: numbers tell what is hidden (D43).

It bears the number of the event, the moment, and a digest of what the client was shown. So who comes back is told of
what he has missed, and is told nothing where nothing that he may see has changed.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from service.core import clock
from service.core.errors import BadRequest, EventsGone
from service.core.settings import settings
from service.core.viewer import Viewer
from storage.crypto import Sealer
from storage.queries.events import Followed

KEPT_FOR = timedelta(hours=24)
_MARGIN = timedelta(hours=1)
_FORM = struct.Struct(">QQ8s")


@dataclass(frozen=True)
class Place:
    """How far somebody is."""

    position: int
    shown: bytes = bytes(8)


@cache
def _sealer() -> Sealer:
    return Sealer(settings().cursor_secret.get_secret_value())


def _context(viewer: Viewer, followed: Followed) -> bytes:
    return f"event|{viewer.id}|{followed[0]}|{followed[1]}".encode()


def digest(shown: bytes) -> bytes:
    return hashlib.blake2b(shown, digest_size=8).digest()


def sealed(viewer: Viewer, followed: Followed, place: Place) -> str:
    moment = int(clock.now().timestamp())
    return "seq_" + _sealer().seal(_FORM.pack(place.position, moment, place.shown), _context(viewer, followed))


def opened(viewer: Viewer, followed: Followed, text: str, *, kept: bool) -> Place:
    """The place in a sequence that this viewer was given here. `kept`: EVENTS_GONE where what came after it is not."""
    try:
        plain = _sealer().open(text.removeprefix("seq_"), _context(viewer, followed))
        position, moment, shown = _FORM.unpack(plain)
    except (ValueError, struct.error):
        raise BadRequest("sequence_invalid") from None
    if kept and clock.now().timestamp() - moment > (KEPT_FOR - _MARGIN).total_seconds():
        raise EventsGone
    return Place(position, shown)
