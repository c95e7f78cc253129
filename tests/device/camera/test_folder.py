"""The folder camera: a scene that changes as the folder does."""

import numpy as np
import pytest

from device.camera.folder import SAMPLES, FolderCamera
from device.errors import CameraFault, CameraMissing


def test_each_still_moves_on_to_the_next_photo_by_name_and_round_again(tmp_path, pictures):
    photos = {
        name: pictures.jpeg(pictures.skin(seed=seed))
        for seed, name in enumerate(["b.JPG", "a.jpeg", "c.png"])
    }
    for name, photo in photos.items():
        (tmp_path / name).write_bytes(photo)
    (tmp_path / "README.md").write_text("not a photo")
    camera = FolderCamera(tmp_path)
    order = [photos[name] for name in ("a.jpeg", "b.JPG", "c.png")]
    assert [camera.capture() for _ in range(6)] == order * 2


def test_the_live_picture_follows_the_folder(tmp_path, pictures):
    (tmp_path / "a.jpg").write_bytes(pictures.jpeg(pictures.skin()))
    camera = FolderCamera(tmp_path)
    before = camera.preview()
    assert camera.preview() is before
    (tmp_path / "0.jpg").write_bytes(pictures.jpeg(np.full((240, 320, 3), 10, np.uint8)))
    assert camera.preview().mean() < 20 < before.mean()


def test_a_photo_that_is_none_cannot_be_shown_but_is_handed_on_as_it_is(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"no photo at all")
    camera = FolderCamera(tmp_path)
    with pytest.raises(CameraFault, match=r"a\.jpg"):
        camera.preview()
    assert camera.capture() == b"no photo at all"


def test_a_folder_without_photos_says_what_to_put_there(tmp_path):
    with pytest.raises(CameraMissing, match="put some there"):
        FolderCamera(tmp_path).open()


def test_the_samples_that_ship_are_photos(pictures):
    camera = FolderCamera()
    for _ in SAMPLES.glob("*.jpg"):
        camera.open()
        assert pictures.pixels(camera.capture()).size
        assert camera.preview().size
