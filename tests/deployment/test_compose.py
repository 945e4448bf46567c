"""Every line of `docker-compose.yml`, both ways: what it says exists, and what must be said is there."""

from __future__ import annotations

import re
from typing import Any

import asyncpg
import pytest
import yaml

from service.app.stack.postgres import TUNING
from service.core.settings import Settings, read
from storage import connections, db
from tests.deployment import compose, dockerfile
from tests.deployment.compose import ROOT, Service
from tests.engines import WorkerEngines
from workers.configuration import DRAIN_SECONDS, SOFT_SHUTDOWN_SECONDS
from workers.runtime import END_SECONDS, POOL_SIZE

DOCUMENT = compose.document()
SERVICES = compose.services()
OURS = [service for service in SERVICES.values() if service.ours]
OTHERS = [service for service in SERVICES.values() if not service.ours]
LASTING = [service for service in SERVICES.values() if service.raw["restart"] != "no"]
SETTINGS = {f"CRM_{name.upper()}": field for name, field in Settings.model_fields.items()}
BESIDE_SETTINGS = {"CRM_HOME"}
FOREIGN = {
    "postgres": {"POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"},
    "valkey": {"VALKEYCLI_AUTH"},
    "s3": {"CRM_S3_ACCESS_KEY", "CRM_S3_SECRET_KEY"},  # for the command below it, which makes the file of keys
    "clamav": {"FRESHCLAM_CHECKS"},
    "valkey-exporter": {"REDIS_ADDR", "REDIS_PASSWORD"},
}
"""The variables that the images of others read."""


def each(services: list[Service]) -> Any:
    return pytest.mark.parametrize("service", services, ids=lambda service: service.name)


def test_the_services_of_design_1_are_there() -> None:
    assert {"api", "worker", "beat", "migrate"} == {service.name for service in OURS}
    assert {"postgres", "valkey", "s3", "clamav", "prometheus"} <= SERVICES.keys()


@each(OURS)
def test_every_variable_is_a_setting_and_every_setting_without_default_is_given(service: Service) -> None:
    given = service.environment.keys()
    assert given - SETTINGS.keys() == BESIDE_SETTINGS
    assert {name for name, field in SETTINGS.items() if field.is_required()} <= given


@each(OURS)
def test_the_values_are_accepted(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    own = read()
    assert own.environment == "production"
    assert db.credentials(own.database_url.get_secret_value())["user"] == "crm_app"


@each(OURS)
def test_only_the_preparation_gets_more_than_the_applications_role(service: Service) -> None:
    powerful = {"CRM_DATABASE_OWNER_URL", "CRM_DATABASE_SUPERUSER_URL"}
    assert powerful & service.environment.keys() == (powerful if service.name == "migrate" else set())


@each(OTHERS)
def test_every_variable_of_another_image_is_one_that_it_reads(service: Service) -> None:
    assert service.environment.keys() == FOREIGN.get(service.name, set())


def test_every_variable_of_the_file_stands_in_the_example_without_a_value_and_every_line_is_used() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    assert sorted(lines) == sorted(f"{name}=" for name, kind in compose.VARIABLES.items() if kind != "-")


@pytest.mark.parametrize("name", compose.made_up())
def test_a_variable_that_is_missing_stops_with_a_sentence(name: str) -> None:
    assert f"${{{name}:?is missing - see .env.example}}" in compose.TEXT
    with pytest.raises(KeyError, match=name):
        compose.document(compose.made_up() | {name: ""})


@each(OTHERS)
def test_images_are_pinned_to_a_version(service: Service) -> None:
    assert re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", service.raw["image"])


@each(OURS)
def test_our_image_bears_the_projects_version(service: Service) -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert service.raw["image"] == f"mingce:{version[1]}"


@each([*SERVICES.values()])
def test_a_service_has_no_right_that_it_does_not_need(service: Service) -> None:
    user = str(service.raw.get("user", dockerfile.last("USER") if service.ours else "root"))
    assert user.partition(":")[0] not in ("root", "0")
    assert service.raw["read_only"] is True
    assert service.raw["cap_drop"] == ["ALL"]
    assert service.raw["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service.raw
    assert {"cpus", "memory", "pids"} == service.raw["deploy"]["resources"]["limits"].keys()


@each(LASTING)
def test_what_lasts_is_started_again_and_has_a_health_check(service: Service) -> None:
    assert service.raw["restart"] == "unless-stopped"
    assert service.raw["healthcheck"]["test"]


def test_the_preparation_is_done_once_and_before_the_others() -> None:
    assert SERVICES["migrate"].raw["restart"] == "no"
    for name in ("api", "worker", "beat"):
        assert SERVICES[name].raw["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@each([*SERVICES.values()])
def test_what_is_waited_for_exists_and_can_be_known(service: Service) -> None:
    for name, condition in service.raw.get("depends_on", {}).items():
        assert name in SERVICES
        if condition["condition"] == "service_healthy":
            assert SERVICES[name].raw["healthcheck"]["test"]


def test_databases_cannot_be_reached_from_outside() -> None:
    assert DOCUMENT["networks"]["data"]["internal"] is True
    for name in ("postgres", "valkey", "worker", "beat", "migrate"):
        assert SERVICES[name].raw["networks"] == ["data"]
        assert "ports" not in SERVICES[name].raw
    published = [port for service in SERVICES.values() for port in service.raw.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_volumes_and_networks_are_declared_and_used() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.raw.get("volumes", [])]
    files = [mount for mount in mounts if mount.startswith(".")]
    assert all((ROOT / name).is_file() for name in files)
    assert {mount for mount in mounts if mount not in files} == DOCUMENT["volumes"].keys()
    assert {n for service in SERVICES.values() for n in service.raw["networks"]} == DOCUMENT["networks"].keys()


def test_sec_k3_what_is_stopped_gets_the_time_that_it_takes() -> None:
    api = SERVICES["api"].environment
    assert int(api["CRM_DRAIN_SECONDS"]) + int(api["CRM_GRACE_SECONDS"]) < SERVICES["api"].grace
    assert SERVICES["worker"].grace > DRAIN_SECONDS + SOFT_SHUTDOWN_SECONDS + 2 * END_SECONDS


def _flags() -> dict[str, str]:
    return dict(flag.removeprefix("-c").split("=", 1) for flag in SERVICES["postgres"].command[1:])


def test_there_are_connections_for_every_process() -> None:
    words = SERVICES["worker"].command
    children = int(words[words.index("--concurrency") + 1])
    api = Settings.model_fields["database_pool_size"].default + 1
    # Twice: while one release takes over from another, both are there. Some are kept for the superuser.
    assert 2 * (api + children * connections.OF_A_WORKER) + 10 < int(_flags()["max_connections"])


def test_the_settings_say_how_many_processes_there_are() -> None:
    words = SERVICES["worker"].command
    assert Settings.model_fields["worker_processes"].default == int(words[words.index("--concurrency") + 1])
    assert connections.OF_A_WORKER == POOL_SIZE + connections.BESIDE_THE_POOL


async def test_flags_of_postgresql_exist_and_do_what_the_embedded_one_does(engines: WorkerEngines) -> None:
    connection = await asyncpg.connect(engines.superuser_url)
    try:
        known = {row["name"].lower() for row in await connection.fetch("select name from pg_settings")}
    finally:
        await connection.close()
    assert _flags().keys() - known == set()
    sized = {"max_connections", "shared_buffers", "effective_cache_size", "maintenance_work_mem"}
    assert {name: TUNING[name] for name in _flags() if name not in sized} == {
        name: value for name, value in _flags().items() if name not in sized
    }


def test_what_is_scraped_is_a_service() -> None:
    jobs = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text())["scrape_configs"]
    targets = [target for job in jobs for part in job.get("static_configs", ()) for target in part["targets"]]
    hosts = {target.partition(":")[0] for target in targets} - {"127.0.0.1"}
    hosts |= {name for job in jobs for part in job.get("dns_sd_configs", ()) for name in part["names"]}
    assert {"api", "worker"} <= hosts
    assert hosts <= SERVICES.keys()
    assert "-metricsPort=9324" in SERVICES["s3"].command[0]
