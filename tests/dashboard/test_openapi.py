"""Every call of the API's own description, with what it allows and what it does not: no answer
but those described, and none that is the kiosk's own fault.
"""

import json
from pathlib import Path

import pytest
from described_api import fuzz, operations
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from dashboard.views import api
from device.case import Role

DESCRIPTION = json.loads(Path(api.__file__).with_name("openapi.json").read_text())
OPERATIONS = operations(DESCRIPTION)
STREAMS = ("GET /api/v1/events", "GET /live.mjpeg")
"""These never end: test_events.py and test_live.py read them."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
EXAMPLES = 30
FINITE = [name for name in OPERATIONS if name not in STREAMS]


@pytest.fixture
def life(kiosk, photo, filming):
    """What goes on meanwhile: a device process that finishes what waits, and a case that is there,
    whatever calls before have erased; its id.
    """
    kiosk.runs()

    def goes_on():
        while waiting := kiosk.store.cases.next_unfinished():
            kiosk.store.cases.failed(waiting.id, "the photo was not taken")
        while kiosk.store.faces.next_task():
            kiosk.finds((0.2, 0.2, 0.3, 0.3))
        cases = kiosk.store.cases.newest_first(1)
        whole = cases and cases[0].photos
        if whole:
            return cases[0].id
        case_id = kiosk.has_case(photo, subject="S-1", lesion="L-1")
        kiosk.finds((0.2, 0.2, 0.3, 0.3))
        return case_id

    return goes_on


@pytest.fixture
def placed(life):
    """Places every other call of a case at the case that is there."""
    calls = []

    def place(case):
        case_id = life()
        calls.append(case)
        if "case_id" in (case.path_parameters or {}) and len(calls) % 2:
            case.path_parameters["case_id"] = case_id
            if "number" in case.path_parameters and len(calls) % 4 == 1:
                case.path_parameters["number"] = 0
        return case

    return place


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", FINITE)
def test_a_call_is_answered_as_described(kiosk, staff, placed, name, mode):
    statuses = set()

    def answer(case):
        validated = placed(case).call_and_validate(app=kiosk.app, headers=staff.headers, checks=CHECKS)
        statuses.add(validated.status_code)

    fuzz(OPERATIONS[name], mode, EXAMPLES, answer)
    if mode is GenerationMode.POSITIVE:
        assert min(statuses) < 300, f"{name} was never answered well: {statuses}"


@pytest.mark.parametrize("name", FINITE)
def test_a_subject_and_a_stranger_are_answered_as_described(kiosk, placed, name):
    described = {int(status) for status in OPERATIONS[name].definition.raw["responses"]}
    for headers in (kiosk.phone(Role.SUBJECT, "S-1").headers, {}):

        def answer(case, headers=headers):
            status = placed(case).call(app=kiosk.app, headers=headers).status_code
            assert status in described

        fuzz(OPERATIONS[name], GenerationMode.POSITIVE, EXAMPLES, answer)
