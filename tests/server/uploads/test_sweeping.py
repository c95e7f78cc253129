"""What clients leave behind goes, and its space returns."""

from server_doubles import a_record


def tidy(parts):
    for chore in parts.chores:
        chore()


def test_an_upload_expires_and_its_space_returns(tus, parts, clock, record, photo, files):
    path = tus.begun(record)
    tus.write(path, 0, photo[:1000])
    clock.pass_(hours=parts.config.uploads.expire_hours - 1)
    tidy(parts)
    assert tus.offset(path) == 1000
    clock.pass_(hours=1)
    assert tus.write(path, 1000, photo[1000:]).status_code == 410
    tidy(parts)
    assert (tus.ask("HEAD", path).status_code, files()) == (404, [])


def test_each_piece_gives_the_upload_its_whole_time_again(tus, parts, clock, record, photo):
    path = tus.begun(record)
    for start in range(0, len(photo), 60_000):
        clock.pass_(hours=parts.config.uploads.expire_hours - 1)
        assert tus.write(path, start, photo[start : start + 60_000]).status_code == 204


def test_a_hundred_that_nobody_finished_go_at_once(tus, kiosk, parts, clock, photo, files):
    for _ in range(2):
        for _ in range(parts.config.uploads.most_open):
            record = a_record(photo)
            kiosk.put(record)
            tus.write(tus.begun(record), 0, photo[:10])
        clock.pass_(hours=parts.config.uploads.expire_hours)
    assert len(files()) == 2 * parts.config.uploads.most_open
    tidy(parts)
    assert files() == []


def test_bytes_of_no_upload_go_and_those_of_one_stay(tus, record, parts, photo, tmp_path, files):
    path = tus.begun(record)
    tus.write(path, 0, photo[:1000])
    orphan = tmp_path / "server" / "uploads" / "0190f3a2-0000-4000-8000-000000000000"
    orphan.write_bytes(b"left behind")
    tidy(parts)
    assert files() == [f"uploads/{path.rpartition('/')[2]}"]


def test_an_upload_that_cannot_be_finished_stops_no_other(tus, kiosk, parts, photo, monkeypatch, caplog):
    records = [a_record(photo), a_record(photo)]
    for record in records:
        kiosk.put(record)
        upload = parts.uploads.look(kiosk.id, tus.begun(record).rpartition("/")[2])
        for start in range(0, len(photo), 65536):
            upload = parts.uploads._write(upload, photo[start : start + 65536])
    finishing, refused = parts.uploads.finishing, []
    read = finishing.parts_folder.read

    def unreadable_once(upload_id, length):
        if not refused:
            refused.append(upload_id)
            raise PermissionError("for this test")
        return read(upload_id, length)

    monkeypatch.setattr(finishing.parts_folder, "read", unreadable_once)
    tidy(parts)
    states = sorted(parts.cases.get(None, record["id"]).photos[0].state for record in records)
    assert states == ["kept", "wanted"]
    assert "PermissionError" in caplog.text
    tidy(parts)
    assert {parts.cases.get(None, record["id"]).photos[0].state for record in records} == {"kept"}
