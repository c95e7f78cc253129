"""``kiosk doctor`` where not even the store opens."""

from device.store import DATABASE_FILE


def test_a_store_that_does_not_open_is_the_finding_in_words_and_in_json(kiosk, home):
    home.mkdir()
    (home / DATABASE_FILE).write_bytes(b"no database at all" * 100)
    answer = kiosk("doctor")
    assert answer.status == 1
    assert "CARE  writable home: the database is damaged: restore the last backup" in answer.out
    answer = kiosk("doctor", "--json")
    assert answer.status == 1
    assert answer.json["checks"][0]["name"] == "writable home"
    assert not answer.json["ok"]
