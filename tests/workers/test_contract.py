"""What other versions of the service, and operators, rely on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import workers
from service.core.queues import QUEUES, ROUTES
from workers.app import app
from workers.schedule import SCHEDULE

TASKS = {
    "access.copy": "bulk",
    "access.erase": "default",
    "approval.due": "default",
    "attachment.check": "scan",
    "attachment.erase": "default",
    "attachment.expire": "default",
    "attachment.pictures": "scan",
    "attachment.release": "default",
    "attachment.rescan": "bulk",
    "attachment.sweep": "bulk",
    "change_log.drop": "default",
    "change_log.prepare": "default",
    "change_log.seal": "default",
    "custom_field.index": "bulk",
    "event.prune": "default",
    "follow_up.plan": "interactive",
    "hand_over.run": "bulk",
    "outbox.prune": "default",
    "idempotency.prune": "default",
    "reminder.due": "default",
    "reminder.give": "default",
}


def test_names_and_queues_of_tasks_are_a_contract() -> None:
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(TASKS)
    assert ROUTES == TASKS
    assert set(QUEUES) == {"interactive", "scan", "bulk", "default"}


def test_clock_starts_known_tasks_that_expire_before_the_next_one() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(TASKS)
    assert all(0 < entry["options"]["expires"] <= 3600 for entry in SCHEDULE.values())


def test_task_is_thin() -> None:
    for source in Path(workers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.FunctionDef) and any("task" in ast.unparse(d) for d in node.decorator_list):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 15, f"{source.name}: {node.name}"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("accept_content", ["json"]),
        ("task_serializer", "json"),
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),
        ("worker_enable_remote_control", False),
        ("task_publish_retry", False),
        ("timezone", "UTC"),
    ],
)
def test_setting_without_which_tasks_are_lost_or_forged(setting: str, value: object) -> None:
    assert app.conf[setting] == value
