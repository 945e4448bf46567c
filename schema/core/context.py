"""What a request carries: who is asking, in which language, under which id."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from service.core.errors import PasswordChangeRequired, Unauthenticated
from service.core.viewer import Viewer
from service.operations import sign_in


@dataclass
class Context:
    """One request."""

    token: str | None
    locale: str
    request_id: str
    client: str
    """The address that the request came from."""
    idempotency_key: str | None = None
    """From the header: the caller may repeat the one mutation of this request."""
    received: int = 0
    """Bytes of the body."""
    cost: dict[str, int] | None = None
    """What the operation cost, for `extensions.cost`."""
    connection_params: dict[str, Any] | None = None
    """What a socket said of itself when it began."""
    operation: str = ""
    """The name of the operation, once it has run."""
    codes: list[str] = field(default_factory=list[str])
    """The codes of the errors that were answered."""
    sequence: asyncio.Lock = field(default_factory=asyncio.Lock)
    _viewer: Viewer | None = None

    @property
    def user_id(self) -> str | None:
        """Who asks, where that is known."""
        return str(self._viewer.id) if self._viewer else None

    async def require_viewer(self, *, may_have_initial_password: bool = False) -> Viewer:
        """Who is signed in: UNAUTHENTICATED where nobody is, PASSWORD_CHANGE_REQUIRED with an initial password (D1)."""
        if self._viewer is None:
            if self.token is None:
                raise Unauthenticated("not_signed_in")
            self._viewer = await sign_in.viewer_of(self.token, locale=self.locale, request_id=self.request_id)
        if self._viewer.must_change_password and not may_have_initial_password:
            raise PasswordChangeRequired("password_change_required")
        return self._viewer

    def again(self) -> Context:
        """The same caller, for whom everything is asked anew."""
        return replace(self, sequence=asyncio.Lock(), _viewer=None)

    async def signed_in(self, token: str) -> None:
        """From here on the request is that of the person who just signed in."""
        self.token, self._viewer = token, None
