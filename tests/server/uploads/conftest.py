"""A photo of three pieces, its record at the server, and a client that speaks tus."""

from typing import Any

import pytest
from server_doubles import FarKiosk, a_record, enrolled
from tus_doubles import TusKiosk


@pytest.fixture(scope="session")
def photo(pictures: Any) -> bytes:
    """A JPEG of more than two and less than three pieces."""
    made: bytes = pictures.jpeg(pictures.skin(640, 480), 98)
    assert 2 * 65536 < len(made) < 3 * 65536
    return made


@pytest.fixture
def record(kiosk: FarKiosk, photo: bytes) -> dict[str, Any]:
    """Of one photo, sent already."""
    made = a_record(photo)
    assert kiosk.put(made).status_code == 201
    return made


@pytest.fixture
def tus(kiosk: FarKiosk) -> TusKiosk:
    return TusKiosk(kiosk)


@pytest.fixture
def other_tus(app: Any, parts: Any) -> TusKiosk:
    """Another kiosk's."""
    return TusKiosk(enrolled(app, parts, "foo"))


@pytest.fixture
def photo_row(parts: Any, record: dict[str, Any]) -> Any:
    """Asks how the record's photo stands."""
    return lambda: parts.cases.get(None, record["id"]).photos[0]


@pytest.fixture
def files(tmp_path: Any) -> Any:
    """Asks for every file of uploads and photos, by its path, but for the mark of the photos' place."""
    home = tmp_path / "server"
    return lambda: sorted(
        str(path.relative_to(home))
        for folder in ("uploads", "photos")
        for path in (home / folder).rglob("*")
        if path.is_file() and path.name != "0" * 32
    )
