"""A machine that looks for photos in the wrong place does not start."""

import pytest
from server_backings import on_both_databases

from server.errors import ConfigInvalid
from server.photos.folder import FolderPhotos
from server.photos.marking import require_same_place
from server.store.database import Database

pytestmark = on_both_databases


@pytest.fixture
def database(backing, tmp_path):
    opened = Database(backing.database_url or f"sqlite:///{tmp_path / 'a.sqlite3'}")
    yield opened
    opened.close()


def test_the_place_that_was_marked_is_known_again(database, photos):
    require_same_place(database, photos)
    require_same_place(database, photos)


def test_another_place_is_refused(database, photos, tmp_path):
    require_same_place(database, photos)
    with pytest.raises(ConfigInvalid, match="share"):
        require_same_place(database, FolderPhotos(tmp_path / "another"))


def test_a_place_that_has_a_mark_keeps_it(database, photos, tmp_path):
    first = Database(f"sqlite:///{tmp_path / 'first.sqlite3'}")
    require_same_place(first, photos)
    require_same_place(database, photos)
    require_same_place(first, photos)
    first.close()
