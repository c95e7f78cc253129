"""The one place that knows which engines the queue has."""

from server.clock import Clock
from server.config import QueueConfig
from server.errors import ConfigInvalid
from server.queue.jobs import JobQueue
from server.queue.moving import move_waiting
from server.queue.table import TableQueue
from server.store.database import Database


def open_queue(database: Database, clock: Clock, config: QueueConfig) -> JobQueue:
    """The engine that ``config`` names, with what waited in another. Raises ConfigInvalid."""
    is_table = config.engine == "table"
    queue = TableQueue(database, clock, config) if is_table else _procrastinate(database, clock, config)
    move_waiting(database, queue, config.engine)
    return queue


def _procrastinate(database: Database, clock: Clock, config: QueueConfig) -> JobQueue:
    try:
        from server.queue.procrastinating import ProcrastinateQueue
    except ModuleNotFoundError as error:
        words = f"queue.engine: {error.name} is missing, pip install 'skin-kiosk[procrastinate]'"
        raise ConfigInvalid(words) from error
    return ProcrastinateQueue(database, clock, config)
