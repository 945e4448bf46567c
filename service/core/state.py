"""Where a process keeps what it writes to the disk. With the standard library alone: health checks start often."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """`.crm/` where the command runs, or `CRM_HOME`."""
    return Path(os.environ.get("CRM_HOME", ".crm")).absolute()
