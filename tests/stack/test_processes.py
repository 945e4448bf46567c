"""Which processes count as ours, how they die, and as whom they run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from service.app.stack import processes
from service.app.stack.home import Home, python_script
from service.app.stack.postgres import CAP_DAC_READ_SEARCH
from service.app.stack.processes import LAUNCH, Account, Command

SLEEP = ["sleep", "60"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "crm")
    home.prepare()
    return home


def test_record_of_a_number_that_another_process_has_got_since_is_not_ours(home: Home) -> None:
    record = home.run / "worker"
    record.write_text(str(os.getpid()))
    assert processes.recorded(home, "worker") == psutil.Process()
    os.utime(record, (0, psutil.Process().create_time() - 60))
    assert processes.recorded(home, "worker") is None


def test_only_processes_with_the_stacks_mark_are_ended(home: Home) -> None:
    ours = processes.start(home, Command("ours", SLEEP), processes.environment(home, "stack-one"))
    theirs = processes.start(home, Command("theirs", SLEEP), processes.environment(home, "stack-two"))
    try:
        while psutil.Process(ours.pid).name() != "sleep":
            time.sleep(0.01)
        assert processes.end_leftovers(home, "stack-one") == 1
        assert ours.poll() is not None
        assert theirs.poll() is None
    finally:
        processes.stop(theirs, signal.SIGTERM)


def test_child_dies_when_its_parent_is_killed(home: Home) -> None:
    words = Command("child", SLEEP).launched(home)
    parent = subprocess.Popen([sys.executable, "-c", f"import subprocess; subprocess.Popen({words!r}).wait()"])
    try:
        deadline = time.monotonic() + 10
        while (child := processes.recorded(home, "child")) is None or child.name() != "sleep":
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        parent.kill()
        parent.wait()
    child.wait(5)


def test_stubborn_child_is_ended_by_force(home: Home) -> None:
    words = [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
    ]
    child = processes.start(home, Command("stubborn", words), dict(os.environ))
    while not home.log("stubborn").exists() or not home.log("stubborn").read_text():
        time.sleep(0.02)
    processes.stop(child, signal.SIGTERM, patience=0.3)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has other users to run as")
def test_ordinary_user_passes_a_private_folder_by_one_capability_and_no_more(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").write_text("words")

    def run(account: Account, *words: str) -> subprocess.CompletedProcess[str]:
        command = [*python_script(LAUNCH), *account.arguments(), "--", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")

    plain, able = Account(65534, 65534), Account(65534, 65534, (CAP_DAC_READ_SEARCH,))
    assert run(plain, "cat", str(private / "file")).returncode != 0
    assert run(able, "cat", str(private / "file")).stdout == "words"
    assert run(able, "sh", "-c", f"echo more > {private / 'file'}").returncode != 0
    assert run(able, "sh", "-c", f"test -r {private / 'file'} && id -u && id -G").stdout == "65534\n65534\n"
    assert private.stat().st_mode & 0o777 == 0o700
