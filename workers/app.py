"""The Celery application: `celery -A workers.app worker` and `celery -A workers.app beat`."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

from service.core import metrics
from service.core.settings import settings
from workers import logs
from workers.configuration import CONFIGURATION, DRAIN_SECONDS

app = Celery(
    "mingce",
    task_cls="workers.consumer:Task",
    broker=settings().valkey_url.get_secret_value(),
    include=[
        "workers.outbox",
        "workers.tasks",
        "workers.maintenance",
        "workers.hand_over",
        "workers.custom_fields",
        "workers.attachments",
        "workers.approvals",
        "workers.access_grants",
    ],
)
app.conf.update(CONFIGURATION)


@setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    logs.set_up(settings().log_level)


@worker_ready.connect
def _show_metrics(**_: Any) -> None:
    """Of this process, which counts for its children."""
    own = settings()
    if own.metrics_port is not None:
        metrics.Served(own.metrics_host, own.metrics_port)


@worker_shutting_down.connect
def _insist(how: str, **_: Any) -> None:
    """Celery's warm shutdown waits for ever. What is still running after a while is cut off: it will be sent again."""
    if how == "Warm":
        timer = threading.Timer(DRAIN_SECONDS, os.kill, (os.getpid(), signal.SIGQUIT))
        timer.daemon = True
        timer.start()
