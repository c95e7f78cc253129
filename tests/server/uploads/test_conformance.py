"""What tus 1.0.0 says that a server MUST, a row a sentence.

Each row asks one thing of an upload of which half is durable, says what the answer must be, and then looks
whether the upload stands where it should.
"""

import re
from dataclasses import dataclass, field

import pytest
from tus_doubles import MEDIA_TYPE, checksum

HALF = 70_000
NOWHERE = "/v1/uploads/0190f3a2-0000-4000-8000-000000000000"
DATE = r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"


@dataclass(frozen=True)
class Row:
    """``{}`` in headers are filled in; ``says`` are patterns, None for a header that may not be there.

    ``stays`` is the offset afterwards: None where the upload is over.
    """

    asks: str
    method: str
    status: int
    headers: dict = field(default_factory=dict)
    body: str = ""
    at: str = "half"
    says: dict = field(default_factory=dict)
    stays: int | None = HALF


def head(asks, status=200, at="half", **given):
    return Row(asks, "HEAD", status, at=at, **given)


def patch(asks, status=204, headers=None, body="piece", **given):
    usual = {"Upload-Offset": "{half}", "Content-Type": MEDIA_TYPE}
    return Row(asks, "PATCH", status, usual | (headers or {}), body, **given)


def post(asks, status=201, headers=None, body="", **given):
    usual = {"Upload-Length": "{length}", "Upload-Metadata": "{metadata}"}
    return Row(asks, "POST", status, usual | (headers or {}), body, at="uploads", **given)


def options(asks, **given):
    return Row(asks, "OPTIONS", 204, at="uploads", **given)


def delete(asks, status=204, stays=None, **given):
    return Row(asks, "DELETE", status, stays=stays, **given)


GROWN = HALF + 1000

CORE = (
    head("HEAD gives the offset", says={"Upload-Offset": str(HALF)}),
    head("HEAD gives the length", says={"Upload-Length": "{length}"}),
    head("HEAD is never cached", says={"Cache-Control": "no-store"}),
    head("HEAD has no body", says={"Content-Length": "0"}),
    head("HEAD of an unknown upload is 404", 404, at=NOWHERE, says={"Upload-Offset": None}),
    head("HEAD of an address that is none is 404", 404, at="/v1/uploads/never"),
    head(
        "HEAD of an unknown upload is never cached either",
        404,
        at=NOWHERE,
        says={"Cache-Control": "no-store"},
    ),
    patch("PATCH writes on and gives the new offset", says={"Upload-Offset": str(GROWN)}, stays=GROWN),
    patch("PATCH answers 204 without a body", says={"Content-Length": None}, stays=GROWN),
    patch("PATCH with nothing changes nothing", body="", says={"Upload-Offset": str(HALF)}),
    patch("PATCH behind the offset is 409", 409, {"Upload-Offset": "0"}),
    patch("PATCH beyond the offset is 409", 409, {"Upload-Offset": "{grown}"}),
    patch("PATCH of another media type is 415", 415, {"Content-Type": "application/octet-stream"}),
    patch("PATCH of no media type is 415", 415, {"Content-Type": None}),
    patch(
        "PATCH of a media type with parameters is taken",
        204,
        {"Content-Type": MEDIA_TYPE + "; a=b"},
        stays=GROWN,
    ),
    patch("PATCH without an offset is 400", 400, {"Upload-Offset": None}),
    patch("PATCH at a negative offset is 400", 400, {"Upload-Offset": "-1"}),
    patch("PATCH at an offset that is no number is 400", 400, {"Upload-Offset": "0x10"}),
    patch("PATCH at two offsets is 400", 400, {"Upload-Offset": "{half},{half}"}),
    patch("PATCH of an unknown upload is 404", 404, at=NOWHERE),
    patch("PATCH beyond the length is 413 and writes nothing", 413, body="too much"),
    patch(
        "PATCH of the last byte ends the upload", body="rest", says={"Upload-Offset": "{length}"}, stays=None
    ),
    Row("GET of an upload is not allowed", "GET", 405),
    Row("PUT of an upload is not allowed", "PUT", 405),
)

VERSIONS = (
    head(
        "HEAD without a version is 412", 412, headers={"Tus-Resumable": None}, says={"Tus-Version": "1.0.0"}
    ),
    patch("PATCH of another version is 412 and writes nothing", 412, {"Tus-Resumable": "0.2.2"}),
    patch(
        "a wrong version is told the right one", 412, {"Tus-Resumable": "2"}, says={"Tus-Version": "1.0.0"}
    ),
    post("POST of another version is 412", 412, {"Tus-Resumable": "0.2.2"}, says={"Location": None}),
    delete(
        "DELETE of another version is 412 and ends nothing", 412, headers={"Tus-Resumable": "1"}, stays=HALF
    ),
    options("OPTIONS wants no version", headers={"Tus-Resumable": None}),
    options("OPTIONS takes any version", headers={"Tus-Resumable": "0.2.2"}),
    options("OPTIONS wants no token", headers={"Authorization": ""}),
    options("OPTIONS lists versions", says={"Tus-Version": "1.0.0"}),
    options(
        "OPTIONS lists extensions",
        says={"Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination"},
    ),
    options("OPTIONS gives the largest size", says={"Tus-Max-Size": str(20 * 1024 * 1024)}),
    options("OPTIONS lists algorithms, sha1 among them", says={"Tus-Checksum-Algorithm": "(.*,)?sha1(,.*)?"}),
    Row("without a token nothing is told", "HEAD", 401, {"Authorization": ""}, says={"Upload-Offset": None}),
)

OVERRIDES = (
    Row("POST overridden to PATCH writes", "POST", 204, {
        "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "{half}", "Content-Type": MEDIA_TYPE,
    }, "piece", says={"Upload-Offset": str(GROWN)}, stays=GROWN),
    Row("POST overridden to HEAD looks", "POST", 200, {"X-HTTP-Method-Override": "HEAD"},
        says={"Upload-Offset": str(HALF), "Content-Length": "0"}),
    Row("POST overridden to DELETE ends", "POST", 204, {"X-HTTP-Method-Override": "DELETE"}, stays=None),
    Row("a method nobody knows is not allowed", "PATCH", 405, {
        "X-HTTP-Method-Override": "TWIST", "Upload-Offset": "{half}", "Content-Type": MEDIA_TYPE,
    }, "piece"),
    Row("a refused HEAD has no body when it is overridden", "POST", 404, {"X-HTTP-Method-Override": "HEAD"},
        at=NOWHERE, says={"Content-Length": "0"}),
)  # fmt: skip

CREATION = (
    post("POST gives the new address", says={"Location": "/v1/uploads/[0-9a-f-]{36}"}),
    post("POST without a length is 400", 400, {"Upload-Length": None}),
    post("POST of a negative length is 400", 400, {"Upload-Length": "-1"}),
    post("POST of a length that is no number is 400", 400, {"Upload-Length": "1e3"}),
    post("POST of a deferred length is 400: it was never offered", 400, {
        "Upload-Length": None, "Upload-Defer-Length": "1"}),
    post("POST of a length and a deferred one is 400", 400, {"Upload-Defer-Length": "1"}),
    post("POST beyond the largest size is 413", 413, {"Upload-Length": str(20 * 1024 * 1024 + 1)}),
    post("POST without metadata is 400 here", 400, {"Upload-Metadata": None}),
    post("POST with a key twice is 400", 400, {"Upload-Metadata": "{metadata},photo MA=="}),
    post("POST with a value that is not base64 is 400", 400, {"Upload-Metadata": "{metadata},name a?b"}),
    post("POST with an empty key is 400", 400, {"Upload-Metadata": "{metadata},"}),
    post("POST with a key that has no value is taken", 201, {"Upload-Metadata": "{metadata},is_secret"}),
    head("HEAD gives the metadata back", says={"Upload-Metadata": "{metadata}"}),
)  # fmt: skip

CREATION_WITH_UPLOAD = (
    post("POST with bytes says how many were taken", 201, {"Content-Type": MEDIA_TYPE}, "piece",
         says={"Upload-Offset": "1000", "Location": ".+"}),
    post("POST with no bytes of the media type has taken none", 201, {"Content-Type": MEDIA_TYPE},
         says={"Upload-Offset": "0"}),
    post("POST with bytes of another media type is 415", 415, {"Content-Type": "image/jpeg"}, "piece",
         says={"Location": None}),
    post("POST with more bytes than its length is 413", 413, {"Content-Type": MEDIA_TYPE}, "too much",
         says={"Location": None}),
)  # fmt: skip

CHECKSUM = (
    patch("a body with its sha1 is taken", 204, {"Upload-Checksum": "{sha1}"}, stays=GROWN),
    patch("a body with its sha256 is taken", 204, {"Upload-Checksum": "{sha256}"}, stays=GROWN),
    patch("a body that is not its checksum's is 460 and nothing of it is kept", 460,
          {"Upload-Checksum": checksum(b"another")}),
    patch("a body longer than a piece with a wrong checksum leaves nothing either", 460,
          {"Upload-Checksum": checksum(b"another")}, body="rest"),
    patch("a checksum by another algorithm is 400", 400, {"Upload-Checksum": "crc32 AAAAAA=="}),
    patch("a checksum that is not base64 is 400", 400, {"Upload-Checksum": "sha1 ?"}),
    patch("a checksum without a digest is 400", 400, {"Upload-Checksum": "sha1"}),
    post("a first body that is not its checksum's is 460", 460,
         {"Upload-Checksum": checksum(b"another"), "Content-Type": MEDIA_TYPE}, "piece",
         says={"Location": None}),
)  # fmt: skip

EXPIRATION_AND_TERMINATION = (
    post("POST says when the upload expires", says={"Upload-Expires": DATE}),
    patch("PATCH says when the upload expires", says={"Upload-Expires": DATE}, stays=GROWN),
    patch("PATCH of the last byte names no expiry", body="rest", says={"Upload-Expires": None}, stays=None),
    head("HEAD of an expired upload is 410", 410, at="expired", stays=None),
    patch("PATCH of an expired upload is 410", 410, at="expired", stays=None),
    delete("DELETE ends the upload"),
    delete("DELETE of an unknown upload is 404", 404, at=NOWHERE, stays=HALF),
)

ROWS = CORE + VERSIONS + OVERRIDES + CREATION + CREATION_WITH_UPLOAD + CHECKSUM + EXPIRATION_AND_TERMINATION


@pytest.fixture
def asked(tus, parts, clock, record, photo):
    """The upload of which half is durable, and what fills the rows' gaps."""

    class Asked:
        path = tus.begun(record)
        piece = photo[HALF : HALF + 1000]
        bodies = {"": b"", "piece": piece, "rest": photo[HALF:], "too much": photo + b"beyond"}  # noqa: RUF012
        gaps = {  # noqa: RUF012
            "half": str(HALF),
            "grown": str(GROWN),
            "length": str(len(photo)),
            "metadata": tus.ask("HEAD", path).headers["Upload-Metadata"],
            "sha1": checksum(piece),
            "sha256": checksum(piece, "sha256"),
        }

        def fill(self, text):
            for name, value in self.gaps.items():
                text = text.replace(f"{{{name}}}", value)
            return text

        def answer(self, row):
            if row.at == "expired":
                clock.pass_(hours=parts.config.uploads.expire_hours)
            known = {"uploads": "/v1/uploads", "half": self.path, "expired": self.path}
            headers = {name: value and self.fill(value) for name, value in row.headers.items()}
            return tus.ask(row.method, known.get(row.at, row.at), self.bodies[row.body], **headers)

    found = Asked()
    assert tus.write(found.path, 0, photo[:HALF]).status_code == 204
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.asks)
def test_the_protocol_is_kept(asked, tus, row, photo):
    answer = asked.answer(row)
    assert answer.status_code == row.status, answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    for name, pattern in row.says.items():
        require_header(answer, name, pattern and asked.fill(pattern))
    after = tus.ask("HEAD", asked.path)
    offset = int(after.headers["Upload-Offset"]) if after.status_code == 200 else None
    assert offset == row.stays


def require_header(answer, name, pattern):
    """A metadata value is compared as it is: it holds characters that a pattern reads otherwise."""
    value = answer.headers.get(name)
    if pattern is None:
        assert value is None
    else:
        assert value == pattern or re.fullmatch(pattern, str(value)), f"{name}: {value}"


def test_every_row_asks_something_else():
    assert len({row.asks for row in ROWS}) == len(ROWS) >= 60
