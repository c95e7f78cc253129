"""What is sent: a case as its record, an amendment as a change."""

import base64
import json
from typing import Any

from device.amendment import Amendment
from device.case import Case, Consent
from device.store import Departing
from device.wire.change import CHANGE_SCHEMA
from device.wire.record import LARGEST_THUMBNAIL_BYTES, RECORD_SCHEMA


def record_of(case: Case, departing: Departing) -> dict[str, Any]:
    """The record of a case, without consent, with those photos that may leave."""
    thumbnail = departing.thumbnail
    small = thumbnail is not None and len(thumbnail) <= LARGEST_THUMBNAIL_BYTES
    return {
        "schema": RECORD_SCHEMA,
        "id": case.id,
        **vars(case.details),
        "origin": case.origin.value,
        "captured_at": case.captured_at.isoformat() if case.captured_at else None,
        "captured_at_trusted": case.time_trusted,
        "photos": [
            {
                "sha256": photo.sha256,
                "size_bytes": photo.size_bytes,
                "content_type": photo.content_type,
                "width_pixels": photo.width_pixels,
                "height_pixels": photo.height_pixels,
            }
            for photo in departing.photos
        ],
        "prediction": _told(case.prediction),
        "urgent": case.is_pressing,
        "thumbnail": base64.b64encode(thumbnail).decode("ascii") if thumbnail and small else None,
    }


def with_consent(record: dict[str, Any], consent: Consent) -> dict[str, Any]:
    """The record as it is sent now; its thumbnail only where the photo may be kept."""
    thumbnail = record["thumbnail"] if consent.keeps_photo else None
    return record | {"consent": vars(consent).copy(), "thumbnail": thumbnail}


def change_of(amendment: Amendment) -> str:
    """An amendment as the change that tells of it, in JSON."""
    return json.dumps(
        {
            "schema": CHANGE_SCHEMA,
            "id": amendment.id,
            "kind": amendment.kind.value,
            "content": amendment.content,
            "written_by": amendment.written_by,
            "written_at": amendment.written_at.isoformat(),
            "written_at_trusted": amendment.time_trusted,
            "replaces": amendment.replaces,
        }
    )


def _told(prediction: dict[str, Any] | None) -> dict[str, Any] | None:
    """The prediction without its address on this kiosk."""
    return {name: value for name, value in prediction.items() if name != "photo"} if prediction else None
