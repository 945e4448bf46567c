"""The door of GraphQL over HTTP: media types, methods, the body and its parameters, before any GraphQL is parsed.

The published text is followed: what is no request at all is a 400, 405, 406, 413 or 415 in either media type; a request
that is well-formed but wrong is a 400 as `application/graphql-response+json` and a 200 as `application/json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import Request
from strawberry.http.parse_content_type import parse_content_type

from service.core.errors import RequestRefused

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
BODY = 1024 * 1024
"""Bytes."""
NESTING = 64
"""Levels of a body: more than any input of the schema has."""


@lru_cache(maxsize=256)
def media_type(accept: str) -> str | None:
    """The media type to answer in; None where none will do. Legacy clients, which say nothing, get JSON."""
    best: tuple[float, int, str] | None = None
    for place, part in enumerate(accept.split(",")):
        name, _, rest = part.partition(";")
        offered = _OFFERED.get(name.strip().lower())
        quality = re.search(r"\bq\s*=\s*([0-9.]+)", rest)
        weight = _weight(quality[1]) if quality else 1.0
        if offered and weight > 0 and _is_utf8(rest) and (best is None or (-weight, place) < best[:2]):
            best = (-weight, place, offered)
    return best[2] if best else None


_OFFERED = {GRAPHQL: GRAPHQL, JSON: JSON, "*/*": JSON, "application/*": JSON, "": JSON}


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _is_utf8(parameters: str) -> bool:
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters.lower())
    return charset is None or charset[1] in ("utf-8", "utf8")


@lru_cache(100)
def _is_json(content_type: str) -> bool:
    kind, parameters = parse_content_type(content_type)
    return kind.lower() == JSON and parameters.get("charset", "utf-8").strip('"').lower() in ("utf-8", "utf8")


async def body_of(request: Request) -> bytes:
    """The body, of at most `BODY` bytes: a longer one is refused while it comes in, not after."""
    if not _is_json(request.headers.get("content-type", "")) or (
        request.headers.get("content-encoding", "identity").lower() != "identity"
    ):
        raise RequestRefused("UNSUPPORTED_MEDIA_TYPE", 415)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > BODY:
        raise RequestRefused("BODY_TOO_LARGE", 413, limit=BODY)
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > BODY:
            raise RequestRefused("BODY_TOO_LARGE", 413, limit=BODY)
    return b"".join(parts)


def ends_soon(request: Request) -> bool:
    """Whether the rest of a refused body is bounded: then the client reads the answer, not a reset."""
    length = request.headers.get("content-length", "")
    return length.isdigit() and int(length) <= 16 * BODY


def decoded(body: bytes | str) -> Any:
    """The JSON of a body. What no database column can hold (NUL, half a surrogate pair) is refused at the door."""
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if raw.count(b"[") + raw.count(b"{") > NESTING and _is_deep(raw):
        raise RequestRefused("BODY_MALFORMED")
    try:
        found = orjson.loads(raw)  # refuses half surrogate pairs by itself
    except orjson.JSONDecodeError:
        raise RequestRefused("BODY_MALFORMED") from None
    # Neither NUL nor what stands for it in a document can be written without this.
    if (b"\\u" in raw) and any(_NUL.search(text) for text in _texts(found)):
        raise RequestRefused("BODY_MALFORMED")
    return found


_NUL = re.compile(r"\0|\\u(?:0000|\{0+\})")
"""As it is, and as a GraphQL document can write it."""
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')


def _is_deep(raw: bytes) -> bool:
    """Whether it is nested deeper than `NESTING`: so many times the innermost brackets are taken out."""
    left = _STRINGS.sub(b"", raw).translate(None, _NO_BRACKETS)
    for _ in range(NESTING):
        left = left.replace(b"[]", b"").replace(b"{}", b"")
    return bool(left)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@dataclass(frozen=True)
class Parameters:
    """What a request asks for."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None
    document_id: str | None
    """The name of a document that the server knows: `documentId`, or the digest of a persisted query."""
    digest: str | None
    """The digest, where it is one that the client reckoned."""


_WANTED: tuple[tuple[str, type, str], ...] = (
    ("query", str, "string"),
    ("operationName", str, "string"),
    ("variables", dict, "object"),
    ("extensions", dict, "object"),
    ("documentId", str, "string"),
)


def parameters(given: Any) -> Parameters:
    """The parameters of a request, of the right types."""
    if isinstance(given, list):
        raise RequestRefused("BATCHING_OFF")
    if not isinstance(given, dict):
        raise RequestRefused("BODY_MALFORMED")
    for name, kind, wanted in _WANTED:
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise RequestRefused("PARAMETER_INVALID", parameter=name, wanted=wanted)
    extensions = given.get("extensions")
    digest = _digest(extensions) if extensions else None
    named = given.get("documentId")
    return Parameters(
        given.get("query"),
        given.get("variables"),
        given.get("operationName"),
        extensions,
        named.removeprefix("sha256:") if named else digest,
        digest,
    )


def _digest(extensions: dict[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(digest, str) or persisted.get("version") != 1 or not 1 <= len(digest) <= 128:
        raise RequestRefused("PARAMETER_INVALID", parameter="persistedQuery", wanted="{version: 1, sha256Hash: string}")
    return digest.lower()


def parameters_of_address(request: Request) -> Parameters:
    """The parameters of a GET request."""
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = decoded(given[name])
    return parameters({name: value for name, value in given.items() if value != ""})
