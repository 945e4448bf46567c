"""How the questions about rights are taken out of the operations: one place, one name, or everywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from service.boundary.access import record
from storage.reader import rights
from storage.reader.guards import Scope
from storage.reader.sql import TRUE
from tests.security.twin import sites
from tests.security.twin.sites import Site

Removal = Callable[[], Any]
"""Makes the context in which a guard is gone."""


def replaced(target: Any, name: str, value: Any) -> Removal:
    return lambda: patch.object(target, name, value)


def yes(*_arguments: Any, **_named: Any) -> bool:
    return True


_kept_rights = record.rights


async def rights_on_any_row(*arguments: Any, **named: Any) -> Any:
    # The statement is made anew: the one that is remembered has the guard in it.
    made = patch.object(rights, "_of_each", rights._of_each.__wrapped__)
    with made, patch.object(Scope, "row_exists", lambda _self: TRUE):
        return await _kept_rights(*arguments, **named)


async def _access_to_any_row(viewer: Any, customer_id: Any, *_child: Any) -> Any:
    with patch.object(record, "rights", rights_on_any_row):
        return await record.access_to(viewer, customer_id)


def without(site: Site) -> Removal:
    """The same operation without that one question.

    What `admit` functions ask of a type of record is asked again by the operations behind them, of the fields that are
    given: neither shows while the other is there, and so they go together.
    """
    if site.asks == "require_full":
        return replaced(record.Access, "require_full", _no_field_asked_for(site))
    module = import_module(site.module)
    kept = getattr(module, site.asks)

    def asked(*arguments: Any, **named: Any) -> Any:
        here = sys._getframe(1).f_code.co_name == site.function
        return (_access_to_any_row if here else kept)(*arguments, **named)

    return replaced(module, site.asks, asked)


def _no_field_asked_for(site: Site) -> Any:
    kept = record.Access.require_full

    def require_full(self: Any, spec: Any, names: Any) -> None:
        caller = sys._getframe(1)
        module, function = caller.f_globals["__name__"], caller.f_code.co_name
        admits = "admit" in function or ("admit" in site.function and module == site.module)
        if spec.name != site.spec or not (admits or (module, function) == (site.module, site.function)):
            kept(self, spec, names)

    return require_full


def everywhere(changed: Any, name: str = "editable") -> Removal:
    """Another `editable`, or another function, wherever an operation has it by name."""

    @contextmanager
    def removed() -> Iterator[None]:
        with ExitStack() as stack:
            for module in sites.modules():
                if hasattr(module, name):
                    stack.enter_context(patch.object(module, name, changed))
            yield

    return removed
