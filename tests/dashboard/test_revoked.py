"""A phone that is revoked while it sends: nothing of what it sent is kept."""

import io

import pytest

from device.case import Role

PART = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'


class Slowly(io.BytesIO):
    """A body that arrives in pieces; something happens when half of it was read."""

    def __init__(self, body, halfway):
        super().__init__(body)
        self._half, self._halfway = len(body) // 2, halfway

    def readinto(self, buffer):
        if self.tell() >= self._half and self._halfway:
            halfway, self._halfway = self._halfway, None
            halfway()
        return super().readinto(memoryview(buffer)[:1024])


@pytest.fixture
def send_slowly(kiosk, photo):
    """Sends a photo as a phone of its own; ``halfway`` is called with that phone in the middle of it."""

    def send(halfway):
        added = kiosk.store.phones.add(Role.STAFF, "slow phone")
        body = PART + photo + b"\r\n--edge--\r\n"
        return kiosk.app.test_client().post(
            "/api/v1/photos",
            input_stream=Slowly(body, lambda: halfway(added.phone)),
            headers={"Authorization": f"Bearer {added.token}", "Content-Length": str(len(body))},
            content_type="multipart/form-data; boundary=edge",
        )

    return send


def photo_files(kiosk):
    return [path for path in kiosk.store.photos.folder.rglob("*") if path.is_file()]


def test_a_photo_is_refused_where_its_phone_was_revoked_while_it_came(kiosk, send_slowly):
    answer = send_slowly(lambda phone: kiosk.store.phones.revoke(phone.id))
    assert answer.status_code == 401
    assert answer.json["detail"].startswith("this phone lost its access meanwhile")
    assert kiosk.store.cases.count() == 0
    assert photo_files(kiosk) == []


def test_a_photo_is_kept_where_another_phone_was_revoked_meanwhile(kiosk, send_slowly):
    other = kiosk.store.phones.add(Role.STAFF, "another").phone
    revoked = []
    answer = send_slowly(lambda _: revoked.append(kiosk.store.phones.revoke(other.id)))
    assert (answer.status_code, revoked) == (202, [True])
    assert len(photo_files(kiosk)) == 1
