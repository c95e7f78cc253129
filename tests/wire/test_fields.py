"""What a kiosk sends whose clock is off by years is read, or refused by name: no fault of the server's."""

import pytest
from pydantic import ValidationError

from device.wire.record import Record

BARE = {
    "id": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "photos": [{"sha256": "a" * 64, "size_bytes": 1, "width_pixels": 1, "height_pixels": 1}],
    "consent": {"analyse": True},
}


@pytest.mark.parametrize("year", ["0001", "1970", "2038", "9999"])
def test_a_moment_of_any_year_is_read(year):
    record = Record.model_validate(BARE | {"captured_at": f"{year}-06-01T12:00:00+02:00"})
    assert record.captured_at.isoformat() == f"{year}-06-01T10:00:00+00:00"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-12:00", "2026-11-22"])
def test_a_moment_outside_of_the_calendar_or_without_a_zone_is_refused(moment):
    with pytest.raises(ValidationError, match="captured_at"):
        Record.model_validate(BARE | {"captured_at": moment})
