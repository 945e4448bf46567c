"""Repeated calls, as the faces and the clock see them."""

from service.boundary.idempotency import prune, repeatable

__all__ = ["prune", "repeatable"]
