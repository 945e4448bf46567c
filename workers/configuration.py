"""Every setting of Celery that matters here, said aloud: its defaults lose tasks (design §7)."""

from __future__ import annotations

import socket
from typing import Any

from kombu.entity import Exchange, Queue

from service.core.queues import DEFAULT, QUEUES, ROUTES
from service.operations.outbox import RESEND_AFTER
from workers.schedule import SCHEDULE

MESSAGE_LIFE = int(RESEND_AFTER.total_seconds())
"""Seconds after which a copy that lies with the broker is void: the outbox has sent the next one."""

DRAIN_SECONDS = 4.0
"""How long a worker that is asked to stop lets its tasks run, before it insists (SEC-K3)."""
SOFT_SHUTDOWN_SECONDS = 1.0
"""How long they have after that."""

# A connection that died without a word is noticed after 10 + 3 × 5 s, by the kernel.
_KEEPALIVE = {
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)
}

TRANSPORT: dict[str, Any] = {
    # Above the longest task. Nobody waits for it: the outbox sends again what is not done.
    "visibility_timeout": 3600,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 5,
    "socket_timeout": 15,
    "socket_keepalive": True,
    "socket_keepalive_options": _KEEPALIVE,
    "health_check_interval": 5,
    "retry_on_timeout": False,
    "queue_order_strategy": "round_robin",
    "client_name": "mingce",
}

CONFIGURATION: dict[str, Any] = {
    # JSON only: a pickle in the broker is refused (SEC-H6).
    "accept_content": ["json"],
    "task_serializer": "json",
    "result_serializer": "json",
    "event_serializer": "json",
    "enable_utc": True,
    "timezone": "UTC",
    "broker_transport_options": TRANSPORT,
    "broker_connection_timeout": 5,
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_channel_error_retry": True,
    "broker_pool_limit": 4,
    # What becomes of work stands in PostgreSQL.
    "result_backend": None,
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    # A message that was not taken stays in the outbox, and the clock strikes again: waiting here would help nobody.
    "task_publish_retry": False,
    "task_acks_late": True,
    "task_acks_on_failure": True,
    "task_acks_on_timeout": True,
    # A task whose process was killed goes back at once. The attempts of its message bound that.
    "task_reject_on_worker_lost": True,
    "task_retry_on_worker_lost": False,
    "task_track_started": False,
    "task_soft_time_limit": 300,
    "task_time_limit": 330,
    "task_default_queue": DEFAULT,
    "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    "task_create_missing_queues": False,
    "task_routes": {name: {"queue": queue} for name, queue in ROUTES.items()},
    "worker_consumer": "workers.consumer:Consumer",
    "worker_pool": "prefork",
    "worker_prefetch_multiplier": 1,
    "worker_enable_prefetch_count_reduction": False,
    # Running tasks are idempotent and finish; their next delivery finds them done.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_soft_shutdown_timeout": SOFT_SHUTDOWN_SECONDS,
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    # Nothing to keep on the disk: every entry may be late, early or twice.
    "beat_scheduler": "workers.clock:Clock",
    "beat_max_loop_interval": 1,
    "beat_schedule": SCHEDULE,
}
