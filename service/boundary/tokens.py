"""Access tokens: signed, short-lived, checked without a query. Refresh tokens: random, kept as digests (SEC-A2)."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from service.core.errors import Unauthenticated
from service.core.settings import settings

ALGORITHM = "HS256"
_REMEMBERED = 20_000
_verified: OrderedDict[str, Claims] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says."""

    user_id: UUID
    session_id: UUID
    epoch: int
    expires_at: int
    """Seconds since 1970."""


@cache
def _key() -> OctKey:
    return OctKey.import_key(settings().token_secret.get_secret_value())


def access_token(user_id: UUID, session_id: UUID, epoch: int) -> tuple[str, int]:
    """The token, and the second at which it expires."""
    expires_at = int(time.time()) + settings().access_token_seconds
    claims = {"sub": str(user_id), "sid": str(session_id), "ep": epoch, "exp": expires_at}
    return jwt.encode({"alg": ALGORITHM}, claims, _key()), expires_at


def opened(token: str) -> Claims:
    """The claims of a good token. UNAUTHENTICATED otherwise."""
    claims = _verified.get(token)
    if claims is None:
        claims = _verify(token)
        _verified[token] = claims
        if len(_verified) > _REMEMBERED:
            _verified.popitem(last=False)
    if claims.expires_at <= time.time():
        raise Unauthenticated("token_expired")
    return claims


def _verify(token: str) -> Claims:
    try:
        said = jwt.decode(token, _key(), algorithms=[ALGORITHM]).claims
        return Claims(UUID(said["sub"]), UUID(said["sid"]), int(said["ep"]), int(said["exp"]))
    except (JoseError, ValueError, KeyError, TypeError):
        raise Unauthenticated("token_invalid") from None


def refresh_token() -> tuple[str, str]:
    """A new refresh token (256 random bits) and the digest that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, refresh_digest(token)


def refresh_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
