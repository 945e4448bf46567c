"""Asserting that a rule refuses, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from service.core.errors import ErrorCode, Invalid


def refused(code: ErrorCode, rule: Callable[..., object], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """The parameters of the refusal, which must bear the code."""
    with pytest.raises(Invalid) as caught:
        rule(*args, **kwargs)
    assert caught.value.code is code
    return caught.value.params


def accepts(rule: Callable[[str], object], value: str) -> bool:
    try:
        rule(value)
    except Invalid:
        return False
    return True
