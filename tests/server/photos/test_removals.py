"""What is owed to the disk goes, once, and nothing else does."""

import pytest
from server_backings import on_both_databases

from server.errors import Overloaded
from server.photos.folder import FolderPhotos
from server.photos.removals import Removals

pytestmark = on_both_databases


@pytest.fixture
def photos(tmp_path):
    return FolderPhotos(tmp_path / "photos")


@pytest.fixture
def removals(parts, photos):
    return Removals(parts.database, photos)


def owed(parts):
    with parts.database.read() as r:
        return r.exec_driver_sql("SELECT file FROM removals").scalars().all()


def files(tmp_path):
    return [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]


def test_a_photo_whose_row_never_came_goes(removals, parts, photos, tmp_path):
    photos.write(removals.owe_new_name(), b"a photo")
    removals.pay_all()
    assert (files(tmp_path), owed(parts)) == ([], [])


def test_a_photo_that_a_row_took_over_stays(removals, parts, photos):
    name = removals.owe_new_name()
    photos.write(name, b"a photo")
    with parts.database.transaction() as t:
        removals.take_over(t, name)
    removals.pay(name)
    removals.pay_all()
    assert photos.read(name) == b"a photo"


def test_a_photo_that_went_cannot_be_taken_over(removals, parts):
    name = removals.owe_new_name()
    removals.pay(name)
    with parts.database.transaction() as t, pytest.raises(Overloaded):
        removals.take_over(t, name)


def test_a_take_over_that_is_rolled_back_leaves_the_debt(removals, parts, tmp_path):
    name = removals.owe_new_name()
    with parts.database.transaction() as t:
        removals.take_over(t, name)
        t.rollback()
    assert owed(parts) == [name]


def test_a_file_that_does_not_go_stays_owed_and_stops_no_other(parts, photos, tmp_path, caplog):
    class Stubborn:
        stays = ""

        def remove(self, name):
            if name == self.stays:
                raise PermissionError("for this test")
            photos.remove(name)

    place = Stubborn()
    removals = Removals(parts.database, place)
    names = [removals.owe_new_name() for _ in range(3)]
    for name in names:
        photos.write(name, b"a photo")
    place.stays = sorted(names)[0]
    removals.pay_all()
    assert owed(parts) == [place.stays]
    assert [path.name for path in files(tmp_path)] == [place.stays[3:]]
    assert "PermissionError" in caplog.text
    place.stays = ""
    removals.pay_all()
    assert files(tmp_path) == []
