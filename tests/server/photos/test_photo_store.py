"""What every place for photos does."""

import pytest

from server.errors import PhotoGone
from server.photos.photo_store import new_name

PHOTO = bytes(range(256)) * 1024


def test_a_photo_comes_back_as_it_was_written_at_once(photos):
    for _ in range(5):
        name = new_name()
        photos.write(name, PHOTO + name.encode())
        assert photos.read(name) == PHOTO + name.encode()


def test_a_photo_written_again_as_after_a_lost_answer_is_there_once(photos):
    name = new_name()
    photos.write(name, PHOTO)
    photos.write(name, PHOTO)
    assert photos.read(name) == PHOTO


def test_a_removed_photo_is_gone_and_the_others_stay(photos):
    name, other = new_name(), new_name()
    photos.write(name, PHOTO)
    photos.write(other, PHOTO)
    photos.remove(name)
    with pytest.raises(PhotoGone, match="backup"):
        photos.read(name)
    assert photos.read(other) == PHOTO


def test_what_is_absent_can_be_removed(photos):
    name = new_name()
    photos.remove(name)
    photos.write(name, PHOTO)
    photos.remove(name)
    photos.remove(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "ab/../../x", "/etc/passwd", "ab/cd", ""])
def test_a_name_that_is_not_ours_leads_nowhere(photos, name):
    with pytest.raises(ValueError, match="new_name"):
        photos.write(name, PHOTO)
    with pytest.raises(PhotoGone):
        photos.read(name)
    photos.remove(name)
