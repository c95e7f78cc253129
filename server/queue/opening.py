"""The one place that knows which engines the queue has."""

from server.clock import Clock
from server.config import QueueConfig
from server.errors import ConfigInvalid
from server.queue.jobs import JobQueue
from server.queue.table import TableQueue
from server.store.database import Database


def open_queue(database: Database, clock: Clock, config: QueueConfig) -> JobQueue:
    """The engine that ``config`` names. Raises ConfigInvalid where it cannot be had."""
    if config.engine == "table":
        return TableQueue(database, clock, config)
    try:
        from server.queue.procrastinating import ProcrastinateQueue
    except ModuleNotFoundError as error:
        words = f"queue.engine: {error.name} is missing, pip install 'skin-kiosk[procrastinate]'"
        raise ConfigInvalid(words) from error
    return ProcrastinateQueue(database, clock, config)
