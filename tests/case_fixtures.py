"""Cases in a store, and what is written about them: fixtures for every test that wants some."""

import uuid

import pytest

from device.amendment import Draft, Kind
from device.case import CaseDetails, Origin
from device.store import Judgement

PREDICTION = {
    "finding": {"text": "Most likely: nevus (mole) (80 %).", "urgency": "routine"},
    "inconclusive": False,
    "candidates": [{"condition": "nevus", "score": 0.8}],
    "model": {"name": "probe", "version": "1", "sha256": "ab" * 32},
}

SAYING_NOTHING = {
    Kind.NOTE: {"text": ""},
    Kind.DIAGNOSIS: {"text": "", "condition": None},
    Kind.DETAILS: dict.fromkeys(("subject", "lesion", "body_site", "age_band", "sex")),
    Kind.CONSENT: dict.fromkeys(("analyse", "review", "train"), False),
}


@pytest.fixture
def draft():
    """Makes drafts of amendments, each with an id of its own; ``said`` goes into the content."""

    def draft(kind, by="Dr. Ada", replaces=None, phone_id=None, **said):
        content = SAYING_NOTHING[Kind(kind)] | said
        return Draft(str(uuid.uuid4()), Kind(kind), content, by, phone_id, replaces)

    return draft


@pytest.fixture
def judgement():
    """A prediction on its way into the store."""
    return Judgement(dict(PREDICTION), "cd" * 32, {"inconclusive_below": 0.3, "look_soon_from": 0.4})


@pytest.fixture
def take(store, skin_jpeg, judgement):
    """A case brought to a state by the verbs that lead there; classified, somebody found ``faces`` on its
    photo, most often none. None: nobody looked yet.
    """

    def take(state="classified", origin=Origin.BUTTON, faces=(), **details):
        case = store.cases.ask(origin, CaseDetails(**details))
        if state == "asked":
            return case
        if state == "failed":
            store.cases.failed(case.id, "the camera does not answer")
            return store.cases.get(case.id)
        store.cases.captured(case.id, store.photos.write(case.id, 0, skin_jpeg))
        if state == "classified":
            store.cases.classified(case.id, judgement)
            if faces is not None:
                store.faces.looked(store.faces.next_task(), faces)
        elif state == "retake":
            store.cases.retake(case.id, "too dark")
        return store.cases.get(case.id)

    return take
