"""Photos on the card are compared with what was written, newest first, for as long as there is time."""

from device.health.photos import check_photos


def test_whole_photos_are_all_looked_at(store, clock, skin_jpeg):
    for _ in range(3):
        store.receive_photo(skin_jpeg)
    found = check_photos(store, clock.seconds)
    assert (found.photos, found.is_whole, found.damaged) == (3, True, ())


def test_without_a_case_there_is_nothing_to_look_at(store, clock):
    assert check_photos(store, clock.seconds).photos == 0


def test_when_the_time_is_over_the_newest_were_looked_at(store, clock, skin_jpeg, monkeypatch):
    cases = [store.receive_photo(skin_jpeg) for _ in range(5)]
    for at in (0, 4):
        (store.photos.folder / cases[at].photos[0].file).unlink()
    read = store.photos.read

    def slow_card(photo):
        clock.let_pass(2)
        return read(photo)

    monkeypatch.setattr(store.photos, "read", slow_card)
    found = check_photos(store, clock.seconds, most_seconds=5)
    assert (found.photos, found.is_whole) == (3, False)
    assert found.damaged == (cases[4].id,), "the oldest was not reached"


def test_more_cases_than_are_read_at_once_are_all_looked_at(store, clock, skin_jpeg, monkeypatch):
    monkeypatch.setattr("device.health.photos._CASES_AT_ONCE", 2)
    for _ in range(5):
        store.receive_photo(skin_jpeg)
    assert check_photos(store, clock.seconds).photos == 5


def test_a_case_erased_meanwhile_is_not_damaged(store, clock, skin_jpeg, monkeypatch):
    case = store.receive_photo(skin_jpeg)
    read = store.photos.read

    def erased_first(photo):
        store.erase(case.id)
        return read(photo)

    monkeypatch.setattr(store.photos, "read", erased_first)
    assert check_photos(store, clock.seconds).damaged == ()
