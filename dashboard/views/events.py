"""The event stream: every change of a case and of the panel, as it happens."""

import time
from collections.abc import Iterator

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from dashboard.door.access import Audience, asker_scope, asker_secret, open_to
from dashboard.parts import parts
from dashboard.stream.streams import Stream
from dashboard.stream.subscription import Subscription

_COMMENT_SECONDS = 10.0
_WAIT_SECONDS = 1.0

blueprint = Blueprint("events", __name__)


@blueprint.get("/api/v1/events")
@open_to(Audience.PAIRED_OR_SCREEN)
def follow() -> ResponseReturnValue:
    """Server-sent events from the change after ``Last-Event-ID`` (or ``?after=``) on, else from now on.

    Raises ServiceUnavailable where too many are open.
    """
    feed, stream = parts().feed, parts().streams.open(asker_secret())
    try:
        subscription = feed.subscribe(asker_scope(), _resume_after())
    except BaseException:
        stream.close()
        raise
    response = Response(_texts(stream, subscription), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(stream.close)
    response.call_on_close(lambda: feed.unsubscribe(subscription))
    return response


def _resume_after() -> int | None:
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _texts(stream: Stream, subscription: Subscription) -> Iterator[str]:
    # No blank line: these belong to the first event, which the feed has queued already.
    yield f"retry: 1000\nid: {subscription.start}\n"
    yield from subscription.missed()
    spoke_at = time.monotonic()
    while not stream.is_over():
        text = subscription.next(_WAIT_SECONDS)
        if text is None:
            return
        if not text and time.monotonic() - spoke_at >= _COMMENT_SECONDS:
            text = ": still here\n\n"
        if text:
            yield text
            spoke_at = time.monotonic()
