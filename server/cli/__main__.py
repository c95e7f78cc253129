"""``python -m server.cli`` is ``kiosk-server``: how ``run`` starts its children."""

from server.cli import main

main()
