"""The command lines of `docker-compose.yml`, run: what they say comes up, is healthy, and ends when it is told to."""

from __future__ import annotations

import asyncpg
import pytest

from service.app.cli import COMMANDS, STACK
from service.app.stack.configuration import free_port
from storage import migrate, objects, roles
from tests.deployment.running import PATIENCE, Deployment, run
from tests.engines import WorkerEngines


async def test_the_preparation_makes_roles_database_tables_and_bucket_and_may_be_repeated(
    prepared: Deployment, engines: WorkerEngines
) -> None:
    own = prepared.configuration
    assert await migrate.pending(own.owner_url) == []
    assert await migrate.check(own.owner_url) == []
    connection = await asyncpg.connect(own.app_url)
    try:
        row = await connection.fetchrow("select current_user::text as role, current_setting('jit') as jit")
        assert dict(row) == {"role": roles.APP, "jit": "off"}
    finally:
        await connection.close()
    keys = own.secrets.s3_access_key, own.secrets.s3_secret_key
    objects._client(own.s3_endpoint, *keys, True).head_bucket(Bucket=own.bucket)

    again = prepared.run("migrate")
    assert again.returncode == 0, again.stderr


def test_the_preparation_without_a_superuser_migrates_and_leaves_the_roles_alone(prepared: Deployment) -> None:
    done = prepared.run("migrate", CRM_DATABASE_SUPERUSER_URL=prepared.configuration.owner_url)
    assert done.returncode == 1  # the owner may not make roles: what is given is used
    environment = prepared.environment("migrate")
    del environment["CRM_DATABASE_SUPERUSER_URL"]
    assert prepared.run_with("migrate", environment).returncode == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"CRM_DATABASE_OWNER_URL": "postgres://somebody:x@127.0.0.1:1/mingce"}, "must name the user crm_owner"),
        ({"CRM_DATABASE_SUPERUSER_URL": "postgres://postgres:x@127.0.0.1:1/postgres"}, "PostgreSQL did not let this"),
        ({"CRM_TOKEN_SECRET": "short"}, "CRM_TOKEN_SECRET"),
    ],
)
def test_a_wrong_setting_stops_the_preparation_with_a_sentence(
    fresh: Deployment, wrong: dict[str, str], sentence: str
) -> None:
    done = fresh.run("migrate", **wrong)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_design_7_more_processes_than_connections_stop_the_preparation_with_a_sentence(prepared: Deployment) -> None:
    done = prepared.run("migrate", CRM_API_PROCESSES="9")
    assert done.returncode == 1
    assert "Raise max_connections of PostgreSQL by 28, or lower CRM_DATABASE_POOL_SIZE." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_is_away_does_not_keep_the_service_from_starting(prepared: Deployment) -> None:
    done = prepared.run("migrate", CRM_S3_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 0, done.stderr
    assert "attachments wait" in done.stderr


def test_the_api_is_ready_is_healthy_and_ends_in_time(deployment: Deployment) -> None:
    api = deployment.start("api", CRM_DRAIN_SECONDS="0")
    assert not api.is_healthy()
    api.await_that(api.is_ready)
    assert api.ready().json() == {
        "ready": True, "database": True, "migrations": True, "draining": False, "degraded": []
    }  # fmt: skip
    assert api.is_healthy()
    assert api.stop() == 0
    assert not api.is_healthy()
    assert [line for line in api.log.read_text().splitlines() if not line.startswith("{")] == []


def test_design_7_the_api_does_not_start_where_the_deployment_may_take_too_many_connections(
    deployment: Deployment,
) -> None:
    api = deployment.start("api", CRM_WORKER_PROCESSES="40")
    assert api.process.wait(PATIENCE) != 0
    assert "or lower CRM_DATABASE_POOL_SIZE" in api.log.read_text()


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_what_nobody_can_call_shows_that_it_works_and_ends_in_time(deployment: Deployment, name: str) -> None:
    process = deployment.start(name)
    assert not process.is_healthy()
    process.await_that(process.is_healthy)
    assert process.stop() == 0


@pytest.mark.parametrize(
    ("name", "missing"), [("api", "CRM_DIGEST_SECRET"), ("worker", "CRM_DATABASE_URL"), ("beat", "CRM_VALKEY_URL")]
)
def test_a_missing_setting_stops_the_start_with_a_sentence(prepared: Deployment, name: str, missing: str) -> None:
    environment = prepared.environment(name)
    del environment[missing]
    done = prepared.run_with(name, environment)
    assert done.returncode == 1
    assert f"{missing}: Field required" in done.stderr


def test_a_worker_that_cannot_reach_the_broker_is_not_healthy(deployment: Deployment) -> None:
    away = f"redis://:x@127.0.0.1:{free_port()}/0"
    worker = deployment.start("worker", CRM_VALKEY_URL=away, CRM_HOME=str(deployment.folder / "away"))
    worker.await_that(lambda: "Cannot connect" in worker.log.read_text())
    assert not worker.is_healthy()


def test_crm_offers_in_the_image_what_can_be_done_there_and_says_why_not_the_rest(prepared: Deployment) -> None:
    environment = prepared.environment("migrate")
    listed = run(["crm", "--help"], environment, prepared.place)
    assert listed.returncode == 0, listed.stderr
    assert COMMANDS.keys() & set(listed.stdout.split()) == COMMANDS.keys() - STACK  # each is loaded for its line
    for name in ("up", "doctor"):
        refused = run(["crm", name], environment, prepared.place)
        assert refused.returncode == 1
        assert "needs the embedded engines" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1


async def test_the_first_administrator_is_made_in_the_image(prepared: Deployment) -> None:
    words = ["crm", "create-admin", "--name", "管理员", "--staff-number", "A1", "--email", ""]
    environment = prepared.environment("api", CRM_ADMIN_PASSWORD="Long-enough#4821")
    done = run(words, environment, prepared.place)
    assert done.returncode == 0, done.stderr
