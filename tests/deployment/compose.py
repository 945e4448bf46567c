"""`docker-compose.yml` as `docker compose` reads it: parsed, merged, with variables put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()

_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\})")

VARIABLES = {m["name"]: m["kind"] for m in _VARIABLE.finditer(TEXT) if m["name"]}
"""The variables of the file, each with what happens where it is missing: `?` stops, `-` takes a default."""


def interpolate(text: str, variables: dict[str, str]) -> str:
    """Put the variables in. Raises KeyError where one is missing or empty that must not be."""

    def value(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        given = variables.get(match["name"], "")
        if not given and match["kind"] != "-":
            raise KeyError(match["name"])
        return given or match["rest"]

    return _VARIABLE.sub(value, text)


def _put_in(node: Any, variables: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _put_in(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_put_in(value, variables) for value in node]
    return interpolate(node, variables) if isinstance(node, str) else node


@dataclass(frozen=True)
class Service:
    """One service of the file."""

    name: str
    raw: dict[str, Any]

    @property
    def ours(self) -> bool:
        return "build" in self.raw

    @property
    def command(self) -> list[str]:
        return self.raw["command"]

    @property
    def environment(self) -> dict[str, str]:
        return {key: str(value) for key, value in self.raw.get("environment", {}).items()}

    @property
    def health(self) -> list[str]:
        """The words of the health check, without `CMD`."""
        kind, *words = self.raw["healthcheck"]["test"]
        assert kind == "CMD"
        return words

    @property
    def grace(self) -> float:
        return seconds(self.raw["stop_grace_period"])


def seconds(duration: str) -> float:
    """`30s` or `6m`."""
    return float(duration[:-1]) * {"s": 1, "m": 60}[duration[-1]]


def document(variables: dict[str, str] | None = None) -> dict[str, Any]:
    """The whole file. Without variables every one has a value of its own that is long enough for a secret."""
    return _put_in(yaml.safe_load(TEXT), made_up() if variables is None else variables)


def made_up() -> dict[str, str]:
    return {name: f"{name}-".ljust(40, "x") for name, kind in VARIABLES.items() if kind != "-"}


def services(variables: dict[str, str] | None = None) -> dict[str, Service]:
    return {name: Service(name, raw) for name, raw in document(variables)["services"].items()}
