"""The remote server: cases come in, opinions and recommendations go home.

::

    kiosk ─▶ door ─▶ cases, uploads ─▶ store ─▶ queue ─▶ opinions ─▶ updates ─▶ kiosk
             token    record, photo     rows     jobs     VGG16       by cursor
"""

from datetime import timedelta
from functools import partial

from flask import Flask

from server.clock import Clock, now
from server.config import MOST_LISTENERS, ServerSettings
from server.door import problems, tokens
from server.door.method_override import MethodOverride
from server.listeners import Listeners
from server.parts import Parts
from server.photos.marking import require_same_place
from server.photos.opening import open_photos
from server.photos.removals import Removals
from server.photos.retention import drop_outdated
from server.queue.admission import Admission
from server.queue.opening import open_queue
from server.receipts import load_receipts
from server.store.cases import Cases
from server.store.database import Database
from server.store.kiosks import Kiosks
from server.store.settling import Settling
from server.store.updates import KioskUpdates
from server.store.workers import Workers
from server.uploads.finishing import Finishing
from server.uploads.parts_folder import PartsFolder
from server.uploads.sweeping import UploadSweep
from server.uploads.uploads import Uploads
from server.vetting.opening import open_vetting
from server.views import BLUEPRINTS, uploads

_LARGEST_FORM_BYTES = 300 * 1024


def create_app(settings: ServerSettings, clock: Clock = now) -> Flask:
    """Build the API over the database and the folder of ``settings``. Raises ConfigInvalid."""
    app = Flask(__name__)
    build_parts(settings, clock).place_in(app)
    problems.register(app)
    app.before_request(tokens.guard)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = MethodOverride(app.wsgi_app, uploads.PREFIX)  # type: ignore[method-assign]
    return app


def build_parts(settings: ServerSettings, clock: Clock = now) -> Parts:
    """What the views and the command line work with. Raises ConfigInvalid."""
    config = settings.config
    database = Database(settings.database_url)
    queue, updates = open_queue(database, clock, config.queue), KioskUpdates(database)
    settling = Settling(clock, config.retention.spans(), queue)
    photos = open_photos(config.photos.url, settings.home / (config.photos.folder or "photos"))
    require_same_place(database, photos)
    parts_folder = PartsFolder(settings.home / (config.uploads.folder or "uploads"))
    removals = Removals(database, photos, parts_folder)
    vetting = open_vetting(config.vetting)
    finishing = Finishing(database, clock, settling, parts_folder, photos, removals, vetting)
    return Parts(
        home=settings.home,
        config=config,
        clock=clock,
        database=database,
        kiosks=Kiosks(database, clock),
        cases=Cases(database, clock, settling),
        settling=settling,
        updates=updates,
        listeners=Listeners(updates.newest, MOST_LISTENERS),
        receipts=load_receipts(settings.home, clock),
        queue=queue,
        admission=Admission(database, queue, config.queue.most_waiting),
        workers=Workers(database, clock, timedelta(seconds=config.queue.lease_seconds)),
        photos=photos,
        removals=removals,
        uploads=Uploads(database, clock, config.uploads, parts_folder, finishing),
        # Removals come last: the others owe them.
        chores=(
            partial(drop_outdated, database, clock),
            UploadSweep(database, clock, parts_folder, finishing).run,
            removals.pay_all,
        ),
    )
