"""Documents that clients name by their digest, in Valkey, for all API processes together."""

from __future__ import annotations

from typing import cast

from storage import valkey

PREFIX = "{mingce:documents}:"
KEPT = 2000
"""Those kept last: Valkey is the queue's as well, and must not fill up."""
SECONDS = 7 * 86_400

_KEEP = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('LPUSH', KEYS[2], KEYS[1])
  if redis.call('LLEN', KEYS[2]) > tonumber(ARGV[3]) then
    redis.call('DEL', redis.call('RPOP', KEYS[2]))
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""


async def keep(digest: str, text: str) -> None:
    """Keep a document. Raises `valkey.Unanswered`."""
    keys = (PREFIX + digest, PREFIX + "order")
    await valkey.client().eval(_KEEP, 2, *keys, text, str(SECONDS), str(KEPT))  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues]


async def find(digest: str) -> str | None:
    """The document with that digest. Raises `valkey.Unanswered`."""
    found = cast("bytes | None", await valkey.client().get(PREFIX + digest))
    return None if found is None else found.decode()
