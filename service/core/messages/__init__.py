"""What people read: every code and every refusal as a sentence in Chinese and in English that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.errors import ErrorCode, Refusal
from service.core.messages.attachments import ATTACHMENTS
from service.core.messages.business import BUSINESS
from service.core.messages.hints import HINTS
from service.core.messages.people import PEOPLE
from service.core.messages.refusals import OPERATIONS
from service.core.messages.requests import REQUESTS
from service.core.messages.values import VALUES

FALLBACK = "zh-CN"
FAULTS: Mapping[ErrorCode, tuple[str, str]] = {**VALUES, **BUSINESS, **PEOPLE, **ATTACHMENTS}
REFUSALS: Mapping[str, tuple[str, str]] = {**OPERATIONS, **REQUESTS}

_INTERNAL = (
    "系统内部错误，请稍后重试；如仍出现，请提供编号 {incident}。",
    "Something failed inside: please try again later, and if it stays, quote {incident}.",
)


def _chosen(pair: tuple[str, str], locale: str, params: Mapping[str, Any]) -> str:
    text = pair[0] if locale.startswith("zh") else pair[1]
    return text.format_map(_Forgiving(params))


class _Forgiving(dict[str, Any]):
    """A parameter that is missing leaves a gap, not an exception in the middle of an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: ErrorCode, locale: str, params: Mapping[str, Any]) -> str:
    """What a user reads about one fault."""
    shown = {k: ", ".join(map(str, v)) if isinstance(v, list | tuple) else v for k, v in params.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return _chosen(FAULTS[code], locale, shown)


def description(code: ErrorCode) -> str:
    """What the documentation of the API says of a code."""
    return FAULTS[code][1] if code in FAULTS else ""


def refusal(refused: Refusal, locale: str) -> str:
    """What a user reads about an operation that did not take place."""
    pair = REFUSALS.get(refused.detail or "") or REFUSALS[refused.code]
    return _chosen(pair, locale, refused.params)


def hint(key: str, locale: str, **params: Any) -> str:
    """A sentence that explains what somebody is shown."""
    return _chosen(HINTS[key], locale, params)


def internal(incident: str, locale: str) -> str:
    return _chosen(_INTERNAL, locale, {"incident": incident})
