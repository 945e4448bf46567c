"""How a worker listens to the broker: alone, and awake."""

from __future__ import annotations

from typing import Any, ClassVar

from celery import Task as _Task
from celery.worker.consumer import Consumer as _Consumer
from celery.worker.request import Request as _Request

from service.core import metrics
from service.core.heartbeat import CONSUMER

CHECK_SECONDS = 2.0
DONE, NOTHING, FAILED = "done", "nothing", "failed"
"""A delivery had an effect; had none, as of what is done already or will be tried again; or broke off."""


class Consumer(_Consumer):
    """Without talk among workers: it costs a second at the start, and nothing here listens to it.

    A message whose acknowledgement failed counts as in work for ever. A broker that goes and comes back while a worker
    is busy can so take all its places: it waits for nothing, and notices nothing. So the consumer looks now and then,
    and begins anew; what comes twice by that is found done.
    """

    leaving: ClassVar[list[Any]] = []
    """Messages whose acknowledgement was asked for since the last look: Celery sends it a moment later."""
    late: ClassVar[list[Any]] = []
    """Those that were on their way at the last look already."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        silent = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True}
        super().__init__(*arguments, **(named | silent))

    def register_with_event_loop(self, hub: Any) -> None:
        super().register_with_event_loop(hub)
        self.leaving.clear()
        self.late.clear()
        hub.call_repeatedly(CHECK_SECONDS, self._check)

    def _check(self) -> None:
        """Raise an error of the connection, which ends the event loop by design, where the connection is of no use."""
        own: Any = self
        connection, listener = own.connection, own.task_consumer
        if connection is None or listener is None:
            return
        # Of no concern are those of the connection before this one: its places went with it.
        if any(not one.acknowledged and one.channel is listener.channel for one in self.late):
            raise ConnectionError("an acknowledgement was lost")
        self.late[:] = [one for one in self.leaving if not one.acknowledged]
        self.leaving.clear()
        # Not the channel's own client: on that one a reply to another command may be under way.
        with connection.default_channel.conn_or_acquire() as client:
            client.ping()
        CONSUMER.beat()


class Request(_Request):
    """A message in work, whose acknowledgement is followed: where it fails, Celery says so in the log and goes on."""

    def on_success(self, failed__retval__runtime: Any, **named: Any) -> None:
        """What a child has done is counted here, in the process that listens: children have no port."""
        failed, value, seconds = failed__retval__runtime
        if not failed:
            metrics.worked(str(self.name), DONE if value else NOTHING, seconds)
        super().on_success(failed__retval__runtime, **named)

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> None:
        metrics.worked(str(self.name), FAILED)
        super().on_failure(exc_info, send_failed_event, return_ok)

    def acknowledge(self) -> None:
        super().acknowledge()
        Consumer.leaving.append(self.message)


class Task(_Task):
    """A task whose messages are such requests."""

    Request = "workers.consumer:Request"
