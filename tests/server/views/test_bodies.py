"""Bodies that do not come whole."""

import json

from server_doubles import a_record
from tus_doubles import BrokenBody


def test_a_record_that_breaks_off_is_to_be_sent_again(kiosk):
    record = a_record()
    body = json.dumps(record).encode()
    broken = {"wsgi.input": BrokenBody(body[:50]), "CONTENT_LENGTH": str(len(body))}
    answer = kiosk.call(
        "PUT", f"/v1/cases/{record['id']}", content_type="application/json", environ_overrides=broken
    )
    assert (answer.status_code, answer.content_type) == (408, "application/problem+json")
    assert kiosk.put(record).status_code == 201
