"""Progress on the terminal: one line a step, with its time, and a spinner where it takes long."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def step(title: str) -> Generator[None]:
    """Show that something is being done, and how long it took."""
    began = time.monotonic()
    with console.status(f"{title} …"):
        yield
    console.print(f"  [green]✓[/] {title} [dim]{time.monotonic() - began:.1f} s[/]")
