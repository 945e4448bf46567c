"""Web addresses (D7)."""

from __future__ import annotations

from urllib.parse import urlsplit

from service.core.errors import ErrorCode, Invalid
from service.rules import texts

MAXIMUM = 200
_SCHEMES = ("http", "https")


def check(value: str) -> str:
    """An address of the web with its scheme; `https` where none was typed.

    Other schemes are refused: front ends make links of what stands here. Raises URL_FORMAT, and as `texts.line`.
    """
    typed = texts.line(value, maximum=MAXIMUM)
    try:
        address = typed if "://" in typed else f"https://{typed}"
        parts = urlsplit(address)
        host = parts.hostname or ""
        fits = parts.scheme in _SCHEMES and "." in host.strip(".") and " " not in address and parts.port != 0
    except ValueError:
        fits, address = False, typed
    if not fits or len(address) > MAXIMUM:
        raise Invalid(ErrorCode.URL_FORMAT)
    return address
