"""One question to our own API, with the standard library: a start should not wait for the import of a client."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException


def status(port: int, path: str) -> int | None:
    """The status of the answer, or None where nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
