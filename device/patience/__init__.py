"""How long a web server waits for clients: a thread is lent to those who speak, not to those who hesitate.

::

    connection ─▶ first byte ─▶ (TLS) ─▶ head ─▶ body ─▶ answer
                  each read and write ends in time; few of one address may hesitate at once

For gunicorn's threads, the dashboard's and the server's.
"""

from device.patience.bounds import Patience, Waiting
from device.patience.sockets import PatientSocket, begins, goes_on
from device.patience.tls import PatientContext

__all__ = ["Patience", "PatientContext", "PatientSocket", "Waiting", "begins", "goes_on"]
