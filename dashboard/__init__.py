"""The phones' view of the kiosk: pages, the web API and the event stream."""

from flask import Flask, Response, request

from dashboard import amendment_words, frame, words
from dashboard.door import access, hosts, problems
from dashboard.invitations import Invitations
from dashboard.parts import Parts
from dashboard.stream.feed import Feed
from dashboard.stream.streams import Streams
from dashboard.views import BLUEPRINTS
from dashboard.wrong_links import WrongLinks
from device.config import Settings
from device.live import LiveReader
from device.store import Store, open_store
from models.conditions import load_catalogue

THREADS = 96
_KEPT_FREE = 24
"""Threads that open streams may not take, so that pages always answer."""

# A photo of 20 MiB and the form around it.
_LARGEST_BODY_BYTES = 21 * 1024 * 1024
_LARGEST_FIELDS_BYTES = 512 * 1024
_MOST_FORM_PARTS = 50

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
}


def create_app(settings: Settings, store: Store | None = None) -> Flask:
    """Build the dashboard over the store in ``settings.home``, or over an open one.

    Raises StoreError where the store cannot be opened, CatalogueInvalid.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_FIELDS_BYTES
    app.config["MAX_FORM_PARTS"] = _MOST_FORM_PARTS
    built = _build(settings, store)
    built.place_in(app)
    words.register(app, built.catalogue)
    amendment_words.register(app, built.catalogue)
    problems.register(app)
    app.before_request(hosts.require_own_name)
    app.before_request(access.guard)
    app.after_request(_finish)
    frame.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _build(settings: Settings, store: Store | None) -> Parts:
    reserve_bytes = settings.config.storage.reserve_megabytes * 1_000_000
    store = store or open_store(settings.home, reserve_bytes)
    live_reader = LiveReader(settings.runtime_folder)
    streams = Streams(store.phones, THREADS - _KEPT_FREE)
    return Parts(
        settings,
        store,
        live_reader,
        load_catalogue(),
        streams,
        Feed(store, live_reader, streams.stopping, settings.config.web),
        WrongLinks(),
        Invitations(store.phones),
    )


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
