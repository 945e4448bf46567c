"""`Dockerfile`, `.dockerignore` and the lock of the image."""

from __future__ import annotations

import re
import tomllib

from service.core.settings import Settings
from tests.deployment import compose, dockerfile
from tests.deployment.compose import ROOT


def test_both_stages_begin_with_the_same_pinned_python() -> None:
    bases = {base.partition(" ")[0] for base in dockerfile.every("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())


def test_it_does_not_run_as_root() -> None:
    instructions = [name for name, _ in dockerfile.INSTRUCTIONS]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", dockerfile.last("USER"))
    assert "RUN" not in instructions[instructions.index("USER") :]


def test_signals_reach_the_process() -> None:
    assert dockerfile.last("ENTRYPOINT") == ["/usr/bin/tini", "--"]
    assert any(re.search(r"apt-get install .*\btini\b", run) for run in dockerfile.every("RUN"))


def test_it_is_the_api_unless_told_otherwise() -> None:
    api = compose.services()["api"]
    assert dockerfile.last("CMD") == api.command
    assert dockerfile.health() == api.health


def test_its_variables_are_settings_and_none_is_a_secret() -> None:
    assert not dockerfile.every("ARG")
    ours = {name for name in dockerfile.environment() if name.startswith("CRM_")} - {"CRM_HOME"}
    assert ours <= {f"CRM_{name.upper()}" for name, field in Settings.model_fields.items() if not field.is_required()}
    assert not re.search(r"secret|password|token|_key", " ".join(dockerfile.every("ENV")), re.IGNORECASE)


def _copied() -> set[str]:
    """What is copied from the project, not from another stage."""
    lines = [copy.split() for copy in dockerfile.every("COPY") if "--from" not in copy]
    return {word for words in lines for word in words[:-1] if not word.startswith("--")}


def test_what_is_copied_exists_and_nothing_else_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert let_in == _copied()
    assert all((ROOT / name).exists() for name in let_in)


def test_every_package_of_the_wheel_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= _copied()


def test_packages_are_installed_as_locked_and_by_hash() -> None:
    installs = [run for run in dockerfile.every("RUN") if "pip" in run]
    assert len(installs) == 1
    assert "--require-hashes" in installs[0]
    assert "requirements.runtime.lock" in installs[0]
    entries = re.split(r"\n(?=[\w.-]+==)", dockerfile.RUNTIME_LOCK.read_text())[1:]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_images_lock_is_the_part_of_the_lock_that_the_service_needs() -> None:
    everything, runtime = dockerfile.pins(dockerfile.LOCK), dockerfile.pins(dockerfile.RUNTIME_LOCK)
    assert runtime.items() <= everything.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~!;]", requirement)[0].lower() for requirement in requirements}

    assert named(project["dependencies"]) <= runtime.keys()
    only_here = named(project["optional-dependencies"]["stack"]) | {"pytest", "hypothesis", "ruff", "pyright"}
    assert only_here.isdisjoint(runtime)
    assert {"pytest", "psutil", "honcho", "faker"} <= set(dockerfile.absent())
