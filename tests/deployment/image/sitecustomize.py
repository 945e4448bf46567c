"""Makes this Python one like the image's: what only tests and `make up` need is not there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

ABSENT = set(os.environ.get("MINGCE_ABSENT", "").split())


class _Absent:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)
        return None


sys.meta_path.insert(0, _Absent)
