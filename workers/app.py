"""The Celery application: `celery -A workers.app worker` and `celery -A workers.app beat`."""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging

from service.core.settings import settings
from workers import logs
from workers.configuration import CONFIGURATION

app = Celery(
    "mingce",
    broker=settings().valkey_url.get_secret_value(),
    include=["workers.outbox", "workers.tasks", "workers.maintenance"],
)
app.conf.update(CONFIGURATION)


@setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    logs.set_up(settings().log_level)
