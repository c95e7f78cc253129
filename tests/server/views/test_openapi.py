"""Every call of the API's own description, right and wrong, with a token and without: no answer but those
described, and none that is the server's own fault.
"""

import json
import uuid
from pathlib import Path

import pytest
import schemathesis
from described_api import fuzz, operations
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from server_doubles import a_record
from tus_doubles import MEDIA_TYPE, metadata

from server.store.tables import opinions
from server.views import description

DESCRIPTION = json.loads(Path(description.__file__).with_name("openapi.json").read_text())
OPERATIONS = operations(DESCRIPTION)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 20
TUS = {"Tus-Resumable": "1.0.0"}
FROM_HERE = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}

schemathesis.serializer.alias(MEDIA_TYPE, "application/octet-stream")


class Life:
    """What goes on meanwhile, whatever calls before have ended: a case whose photo has not come, one with an
    opinion, a code that nobody used, half an upload.
    """

    def __init__(self, parts, kiosk, photo):
        self.parts, self.kiosk, self.photo = parts, kiosk, photo

    def record(self):
        record = a_record(self.photo, id=str(uuid.uuid4()), consent={"analyse": True, "review": True})
        self.parts.cases.put(self.kiosk.id, record["id"], json.dumps(record).encode())
        return record

    def answered(self):
        case_id = self.record()["id"]
        row = {"case_id": case_id, "model_sha256": "a" * 64, "prediction": {"inconclusive": True}}
        with self.parts.database.transaction() as t:
            t.execute(opinions.insert().values(**row, given_at=self.parts.clock()))
        return case_id

    def announced(self):
        record = self.record()
        return {
            "Upload-Length": str(len(self.photo)),
            "Upload-Metadata": metadata(case=record["id"], photo="0", sha256=record["photos"][0]["sha256"]),
        }

    def upload(self):
        begun = self.kiosk.call("POST", "/v1/uploads", headers=self.announced() | TUS)
        return begun.headers["Location"].rpartition("/")[2]

    def code(self):
        return self.parts.kiosks.add(str(uuid.uuid4()))

    def place(self, case):
        """Put a call where it can be answered well; what its own body says besides stays."""
        on_case, on_upload = "case_id" in case.path_parameters, "upload_id" in case.path_parameters
        name = f"{case.method} {case.operation.path}"
        if name.endswith("/opinion"):
            case.path_parameters["case_id"] = self.answered()
        elif on_case:
            case.path_parameters["case_id"] = self.record()["id"]
        elif on_upload:
            case.path_parameters["upload_id"] = self.upload()
        self.fill_in(name, case)

    def fill_in(self, name, case):
        if name == "POST /v1/enrolments":
            case.body = {"code": self.code()}
        elif name == "PUT /v1/cases/{case_id}":
            case.path_parameters["case_id"] = new = str(uuid.uuid4())
            case.body |= {"id": new, "consent": {"analyse": True}, "thumbnail": None}
        elif name == "POST /v1/uploads":
            case.headers = self.announced() | TUS
            case.body = self.photo
        elif name == "PATCH /v1/uploads/{upload_id}":
            case.headers = TUS | {"Upload-Offset": "0"}


@pytest.fixture
def life(parts, kiosk, skin_jpeg):
    parts.listeners.end()  # nobody waits for updates
    return Life(parts, kiosk, skin_jpeg)


@pytest.fixture
def placed(life):
    """Places every other call where it can be answered well."""
    calls = []

    def place(case):
        calls.append(case)
        if len(calls) % 2:
            life.place(case)
        return case

    return place


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_call_is_answered_as_described(app, kiosk, placed, name, mode):
    statuses, token = set(), {"Authorization": f"Bearer {kiosk.token}"}

    def answer(case):
        call = placed(case) if mode is GenerationMode.POSITIVE else case
        validated = call.call_and_validate(app=app, headers=token, checks=CHECKS, **FROM_HERE)
        statuses.add(validated.status_code)

    fuzz(OPERATIONS[name], mode, EXAMPLES, answer)
    if mode is GenerationMode.POSITIVE:
        assert min(statuses) < 300, f"{name} was never answered well: {statuses}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_stranger_gets_nowhere_but_where_anybody_may(app, placed, name):
    raw = OPERATIONS[name].definition.raw
    is_open = raw.get("security") == []

    def answer(case):
        answered = placed(case).call_and_validate(app=app, headers={}, checks=CHECKS)
        assert is_open or answered.status_code == 401

    fuzz(OPERATIONS[name], GenerationMode.POSITIVE, EXAMPLES, answer)
