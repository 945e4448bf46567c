"""`Dockerfile` and the locks, parsed."""

from __future__ import annotations

import json
import re
import shlex
from importlib.metadata import packages_distributions
from typing import Any

from tests.deployment.compose import ROOT

LOCK, RUNTIME_LOCK = ROOT / "requirements.lock", ROOT / "requirements.runtime.lock"


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


INSTRUCTIONS = _instructions()


def every(name: str) -> list[str]:
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def last(name: str) -> Any:
    """The last instruction of this name, which is what counts; a list where it is one."""
    rest = every(name)[-1]
    return json.loads(rest) if rest.startswith("[") else rest


def environment() -> dict[str, str]:
    """What the image puts into the environment (the variables of its last stage)."""
    pairs = shlex.split(every("ENV")[-1])
    return dict(pair.split("=", 1) for pair in pairs)


def health() -> list[str]:
    return json.loads(every("HEALTHCHECK")[-1].partition("CMD ")[2])


def pins(lock: Any) -> dict[str, str]:
    """The versions of a lock, by package."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(), flags=re.MULTILINE))


def absent() -> list[str]:
    """The top-level modules that this Python has and the image has not."""
    only_here = pins(LOCK).keys() - pins(RUNTIME_LOCK).keys()
    normal = re.compile(r"[-_.]+")
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if {normal.sub("-", owner).lower() for owner in owners} <= only_here
    )
