"""Asking for a new case: a press on a page, or a photo that a phone took itself."""

import threading
from dataclasses import replace

from dashboard.door.access import the_phone
from dashboard.forms.amendment import consent_draft, first_consent
from dashboard.forms.case import case_details, sent_photo, take_form_in
from dashboard.kiosk_state import require_device
from dashboard.parts import parts
from device.amendment import Draft
from device.case import Case, CaseDetails, Consent, Origin
from device.entry import SyncState

_AT_ONCE = threading.BoundedSemaphore(2)
"""A photo is held in memory several times while it is checked: not too many together."""


def press(details: CaseDetails, consent: Draft | None = None) -> Case:
    """Ask the kiosk's camera for a photo; ``consent`` None allows nothing.

    Raises Busy, DeviceAbsent or StoreError: the message says why no photo is taken.
    """
    store = parts().store
    store.photos.require_room()  # first: a full card is what stops the device process too
    require_device(store)
    return store.cases.ask(Origin.PHONE, details, consent)


def retake(case_id: str) -> Case:
    """Ask the kiosk's camera for the same spot again. Raises CaseUnknown, and what ``press`` raises.

    Where the earlier photo waits for somebody to choose about a face on it, that is the choice: it stays
    here, and what was allowed of it is allowed of the new one in its place.
    """
    store = parts().store
    earlier = store.cases.get(case_id)
    details = replace(earlier.details, retake_of=earlier.id)
    if earlier.sync is None or earlier.sync.state is not SyncState.ASKS:
        return press(details)
    new = press(details, consent_draft(earlier.consent))
    store.amendments.write(case_id, consent_draft(Consent()))
    return new


def keep_upload() -> Case:
    """Keep the photo in the request's form as a new case.

    Raises PhotoError, StoreError, PhoneRevoked, BadRequest or UnprocessableEntity; then no case exists.
    """
    store = parts().store
    store.photos.require_room()
    take_form_in()
    details, consent = case_details(), first_consent()
    with _AT_ONCE:
        return store.receive_photo(sent_photo(), details, consent, the_phone().id)
