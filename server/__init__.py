"""The remote server: cases come in, opinions and recommendations go home.

::

    kiosk ─▶ door ─▶ cases, uploads ─▶ store ─▶ queue ─▶ opinions ─▶ updates ─▶ kiosk
             token    record, photo     rows     jobs     VGG16       by cursor
"""

from flask import Flask

from server.clock import Clock, now
from server.config import ServerSettings
from server.door import problems, tokens
from server.parts import Parts
from server.receipts import load_receipts
from server.store.cases import Cases
from server.store.database import Database
from server.store.kiosks import Kiosks
from server.store.updates import KioskUpdates
from server.views import BLUEPRINTS

_LARGEST_FORM_BYTES = 300 * 1024


def create_app(settings: ServerSettings, clock: Clock = now) -> Flask:
    """Build the API over the database and the folder of ``settings``. Raises ConfigInvalid."""
    app = Flask(__name__)
    build_parts(settings, clock).place_in(app)
    problems.register(app)
    app.before_request(tokens.guard)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def build_parts(settings: ServerSettings, clock: Clock = now) -> Parts:
    """What the views and the command line work with. Raises ConfigInvalid."""
    database = Database(settings.database_url)
    return Parts(
        settings.home,
        settings.config,
        clock,
        database,
        Kiosks(database, clock),
        Cases(database, clock, settings.config.retention.spans()),
        KioskUpdates(database),
        load_receipts(settings.home, clock),
    )
