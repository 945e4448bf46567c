"""Makes `.venv` with the locked packages and this project. Runs before anything is installed.

So it needs nothing but the standard library, and is written so that an old Python can read it far enough to say which
Python it needs instead: no annotations, no f-strings, no assignment expressions.
"""

# What these rules prefer, an old Python cannot read.
# ruff: noqa: UP031, RUF005
# pyright: basic

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENVIRONMENT = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(ENVIRONMENT, "installed")
NEEDED = (3, 11)


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def fingerprint():
    """What the installation depends on. Not the calling Python: the one that is installed with stays."""
    digest = hashlib.sha256()
    for name in (LOCK, os.path.join(ROOT, "pyproject.toml")):
        with open(name, "rb") as file:
            digest.update(file.read())
    digest.update(ROOT.encode())
    return digest.hexdigest()


def is_installed():
    try:
        with open(STAMP) as file:
            return file.read() == fingerprint() and os.path.exists(PYTHON)
    except (IOError, OSError):  # noqa: UP024 - one name for both came with Python 3.3
        return False


def run(*command):
    finished = subprocess.call(list(command), cwd=ROOT)
    if finished != 0:
        say(
            "Installing failed at `%s`: see the lines above; the usual cause is an index that cannot be reached."
            % " ".join(command[:4])
        )
        sys.exit(1)


def install_with_uv(uv):
    say("Installing with uv ...")
    run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, ENVIRONMENT)
    # Compiled once here instead of by each process of the first start (and at every start where Python may not write).
    run(uv, "pip", "sync", "--compile-bytecode", "--python", PYTHON, LOCK)
    run(uv, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--editable", ROOT)


def install_with_pip():
    say("Installing with pip (uv would be faster) ...")
    finished = subprocess.call([sys.executable, "-m", "venv", ENVIRONMENT])
    if finished != 0:
        say("This Python has no `venv`: install it (Debian: apt install python3-venv), or install uv, and start again.")
        sys.exit(1)
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
    run(*(pip + ("install", "--require-hashes", "--requirement", LOCK)))
    run(*(pip + ("install", "--quiet", "--no-deps", "--editable", ROOT)))


def main():
    if sys.version_info < NEEDED:
        say(
            "Mingce needs Python 3.11 or newer and found %s (%s): install one, "
            "or name it: make up PYTHON=/path/to/python3.11"
            % (".".join(str(part) for part in sys.version_info[:3]), sys.executable)
        )
        return 1
    if is_installed():
        return 0
    try:
        if os.path.exists(STAMP):
            os.unlink(STAMP)
        uv = shutil.which("uv")
        if uv:
            install_with_uv(uv)
        else:
            install_with_pip()
        with open(STAMP, "w") as file:
            file.write(fingerprint())
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        say(
            "Installing into %s failed (%s): check that the disk is writable and not full."
            % (ENVIRONMENT, error.strerror)
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
