"""Photos on disk: durable before a row names them, and never taken for what was written when they are not."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from device.errors import StoreDamaged, StoreError, StoreFull, StoreReadOnly
from device.store import photos as photos_module
from models.errors import NotAPhoto, PhotoTooLarge, PhotoUnsupported
from models.photo_file import strip_metadata

CASE = "01950000-0000-7000-8000-0000000000ab"


@pytest.fixture
def folder(store):
    return store.photos


def files(folder):
    return sorted(str(path.relative_to(folder.folder)) for path in folder.folder.rglob("*") if path.is_file())


def fail_with(number):
    """A system call that fails with this error number."""

    def fail(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return fail


def watch_syncs(monkeypatch, note):
    """``note`` hears the name of each call that makes a file or folder durable, and which one."""

    def watched(call):
        def sync(descriptor):
            note(call.__name__, Path(f"/proc/self/fd/{descriptor}").readlink())
            call(descriptor)

        return sync

    for call in (os.fsync, os.fdatasync):
        monkeypatch.setattr(os, call.__name__, watched(call))


def test_what_is_written_is_read(folder, skin_jpeg):
    photo = folder.write(CASE, 0, skin_jpeg)
    assert folder.read(photo) == skin_jpeg
    assert photo.sha256 == hashlib.sha256(skin_jpeg).hexdigest()
    assert (photo.width_pixels, photo.height_pixels) == (320, 240)
    assert photo.size_bytes == len(skin_jpeg)
    assert photo.content_type == "image/jpeg"


def test_files_are_named_by_the_kiosk_and_spread_over_folders(folder, skin_jpeg, pictures):
    assert folder.write(CASE, 0, skin_jpeg).file == f"ab/{CASE}-0.jpg"
    png = folder.write(CASE, 1, pictures.png(pictures.skin()))
    assert png.file == f"ab/{CASE}-1.png"
    assert png.content_type == "image/png"
    assert files(folder) == [f"ab/{CASE}-0.jpg", f"ab/{CASE}-1.png"]


def test_metadata_never_reaches_the_disk(folder, skin_jpeg, pictures):
    photo = folder.write(CASE, 0, pictures.with_segments(skin_jpeg, pictures.exif(6)))
    kept = (folder.folder / photo.file).read_bytes()
    assert b"Anna" not in kept
    assert kept == strip_metadata(pictures.with_segments(skin_jpeg, pictures.exif(6)))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NotAPhoto),
        (b"hello", NotAPhoto),
        (b"\0\0\0\x18ftypheic" + bytes(64), PhotoUnsupported),
        (bytes(21 * 1024 * 1024), PhotoTooLarge),
    ],
)
def test_what_is_no_photo_is_refused_in_its_own_words_and_leaves_nothing(folder, content, refusal):
    with pytest.raises(refusal):
        folder.write(CASE, 0, content)
    assert files(folder) == []


def test_the_file_is_synced_then_renamed_then_its_folder_is_synced(folder, skin_jpeg, monkeypatch):
    folder.write(CASE, 0, skin_jpeg)  # the folder of this case's photos exists from now on
    done = []
    replace = os.replace

    def note(call, path):
        done.append((call, path.name, path.stat().st_size if path.is_file() else None))

    def recorded_replace(source, target, **options):
        done.append(("rename", Path(source).name, Path(target).name))
        replace(source, target, **options)

    watch_syncs(monkeypatch, note)
    monkeypatch.setattr(os, "replace", recorded_replace)
    folder.write(CASE, 1, skin_jpeg)
    assert done == [
        ("fdatasync", f"{CASE}-1.jpg.part", len(skin_jpeg)),
        ("rename", f"{CASE}-1.jpg.part", f"{CASE}-1.jpg"),
        ("fsync", "ab", None),
    ]


def test_a_new_folder_is_made_durable_before_the_file_in_it(folder, skin_jpeg, monkeypatch):
    synced = []
    watch_syncs(monkeypatch, lambda call, path: synced.append(path.name))
    folder.write(CASE, 0, skin_jpeg)
    assert synced == [folder.folder.name, f"{CASE}-0.jpg.part", "ab"]


@pytest.mark.parametrize(
    ("number", "refusal", "words"),
    [
        (errno.ENOSPC, StoreFull, "the card is full: erase or export"),
        (errno.EDQUOT, StoreFull, "the card is full"),
        (errno.EROFS, StoreReadOnly, "cannot be written: check the card"),
        (errno.EACCES, StoreReadOnly, "cannot be written"),
        (errno.EIO, StoreError, "check the card"),
    ],
)
@pytest.mark.parametrize("call", ["fdatasync", "replace"])
def test_a_card_that_fails_is_told_and_leaves_nothing(
    folder, skin_jpeg, monkeypatch, call, number, refusal, words
):
    folder.write(CASE, 0, skin_jpeg)
    with monkeypatch.context() as failing:
        failing.setattr(os, call, fail_with(number))
        with pytest.raises(refusal, match=words):
            folder.write(CASE, 1, skin_jpeg)
    assert files(folder) == [f"ab/{CASE}-0.jpg"]


def test_a_full_card_acknowledges_no_case(store, skin_jpeg, monkeypatch):
    monkeypatch.setattr(os, "fdatasync", fail_with(errno.ENOSPC))
    with pytest.raises(StoreFull):
        store.receive_photo(skin_jpeg)
    assert store.cases.count() == 0


def test_a_photo_whose_case_cannot_be_noted_does_not_stay(store, skin_jpeg, monkeypatch):
    def fail(*arguments):
        raise StoreFull("the card is full")

    monkeypatch.setattr(store.cases, "receive", fail)
    with pytest.raises(StoreFull):
        store.receive_photo(skin_jpeg)
    assert files(store.photos) == []


def test_a_photo_that_would_eat_into_the_reserve_is_refused_before_it_is_written(store, skin_jpeg):
    free = store.photos.free_bytes()
    tight = photos_module.PhotoFolder(store.photos.folder, reserve_bytes=free * 2)
    with pytest.raises(StoreFull, match="erase or export cases"):
        tight.require_room()
    with pytest.raises(StoreFull):
        tight.write(CASE, 0, skin_jpeg)
    assert files(tight) == []


def test_room_is_counted_with_the_photo_that_comes(folder, monkeypatch):
    monkeypatch.setattr(photos_module, "free_bytes", lambda path: 1000)
    roomy = photos_module.PhotoFolder(folder.folder, reserve_bytes=600)
    roomy.require_room(400)
    with pytest.raises(StoreFull):
        roomy.require_room(401)


def test_a_card_mounted_read_only_is_told_before_a_press_is_accepted(folder, monkeypatch):
    class ReadOnly:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(os, "statvfs", lambda path: ReadOnly)
    with pytest.raises(StoreReadOnly, match="check the card"):
        folder.require_room()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: b"",
        lambda content: content[:50] + bytes((content[50] ^ 1,)) + content[51:],
        lambda content: content + b"\0",
    ],
    ids=["cut short", "emptied", "one bit turned", "longer"],
)
def test_a_damaged_photo_is_not_handed_out(folder, skin_jpeg, damage):
    photo = folder.write(CASE, 0, skin_jpeg)
    (folder.folder / photo.file).write_bytes(damage(skin_jpeg))
    with pytest.raises(StoreDamaged, match="take it again"):
        folder.read(photo)


def test_a_photo_that_is_gone_is_told(folder, skin_jpeg):
    photo = folder.write(CASE, 0, skin_jpeg)
    (folder.folder / photo.file).unlink()
    with pytest.raises(StoreDamaged, match="gone from the card: take it again"):
        folder.read(photo)


def test_a_photo_that_the_card_does_not_give_back_is_told(folder, skin_jpeg):
    photo = folder.write(CASE, 0, skin_jpeg)
    (folder.folder / photo.file).unlink()
    (folder.folder / photo.file).mkdir()
    with pytest.raises(StoreDamaged, match="cannot be read"):
        folder.read(photo)


def test_removing_twice_is_no_error(folder, skin_jpeg):
    photo = folder.write(CASE, 0, skin_jpeg)
    folder.remove(photo.file)
    folder.remove(photo.file)
    folder.remove("zz/never-there.jpg")
    assert files(folder) == []


def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="check the card"):
        photos_module.PhotoFolder(tmp_path / "file" / "photos", 0)
