"""Becomes another program, prepared so that it can run alone and never outlives its parent.

It runs as a plain script (`python -I -S launch.py … -- command`), with the standard library only, and replaces itself:
append output to a log, write the process record, give up root, ask the kernel for a signal at the parent's death, exec.

PostgreSQL refuses to run as root, and as `nobody` it may be unable to enter the clone, in a private home for instance.
Nothing outside `.crm/` is loosened for that. Where it is needed, and only then, the process keeps the one capability
that lets it pass such folders (`CAP_DAC_READ_SEARCH`), handed down through exec as an ambient capability.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 4
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what} failed")


def become(user: int, group: int, capabilities: list[int]) -> None:
    """Change to an ordinary user for good, keeping only `capabilities` (numbers of capabilities(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    if capabilities:
        # Keeps them over the change of user, and lets access(2) count them, by which PostgreSQL looks for its programs.
        _checked(libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), "prctl(PR_SET_SECUREBITS)")
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    if not capabilities:
        return
    mask = sum(1 << number for number in capabilities)
    data = (_Data * 2)(_Data(mask, mask, mask), _Data(0, 0, 0))
    _checked(libc.capset(ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), data), "capset")
    for number in capabilities:
        _checked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0), "prctl(PR_CAP_AMBIENT)")


def die_with_parent(signal_number: int, parent: int) -> None:
    """Have the kernel send `signal_number` to this process when its parent ends, however it ends (Linux only)."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log")
    parser.add_argument("--record")
    parser.add_argument("--death-signal", type=int)
    parser.add_argument("--user", type=int)
    parser.add_argument("--group", type=int, default=0)
    parser.add_argument("--capability", type=int, action="append", default=[])
    parser.add_argument("--read", action="append", default=[], help="a file or folder that must be readable")
    parser.add_argument("command", nargs="*")
    return parser.parse_args()


def main() -> None:
    arguments = _arguments()
    parent = os.getppid()
    if arguments.log:
        log = os.open(arguments.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
    if arguments.record:
        Path(arguments.record).write_text(f"{os.getpid()}\n")
    if arguments.user is not None:
        become(arguments.user, arguments.group, arguments.capability)
    if not all(os.access(path, os.R_OK) for path in arguments.read):
        sys.exit(1)
    if arguments.death_signal:
        # After the change of user, which would clear it.
        die_with_parent(arguments.death_signal, parent)
    os.execvp(arguments.command[0], arguments.command)


if __name__ == "__main__":
    main()
