"""A photo's file deleted or cut short by hand: said in its place, by the API and by the doctor."""

import json
import urllib.error
import urllib.request

import pytest
from running_kiosk import running_kiosk

ASKED_BY_AN_IMG = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory):
    with running_kiosk(tmp_path_factory.mktemp("damaged") / "home") as running:
        yield running


@pytest.fixture(params=["deleted", "cut short", "changed"])
def case(kiosk, request, skin_jpeg):
    """A finished case whose photo somebody spoiled; with what was done to it."""
    _, sent = kiosk.upload(skin_jpeg)
    kiosk.wait_for(sent["id"])
    (path,) = (kiosk.home / "photos").rglob(f"{sent['id']}-0.jpg")
    if request.param == "deleted":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[:200] if request.param == "cut short" else content[:-9] + bytes(9))
    return sent["id"]


def test_it_is_said_wherever_the_photo_would_be_seen(kiosk, case, pages):
    address = f"/api/v1/cases/{case}/photos/0"
    status, answer = kiosk.ask("GET", address)
    assert status == 503
    assert "take it again" in json.loads(answer)["detail"]
    for page in (f"/cases/{case}", "/cases"):
        status, shown = kiosk.ask("GET", page)
        assert (status, address in shown.decode()) == (200, True)
    assert "Photo gone" in as_an_img(kiosk, address)
    ok, words = pages(kiosk).doctor()["photos"]
    assert not ok
    assert case in words
    assert kiosk.json(f"/api/v1/cases/{case}")["state"] in ("classified", "retake")


def test_a_second_estimate_says_that_the_photo_is_gone_or_changed(kiosk, case):
    assert kiosk.ask("POST", f"/api/v1/cases/{case}/classify")[0] == 202
    told = kiosk.wait_for(case)
    assert told["state"] == "failed"
    assert "take it again" in told["reason"]


def test_the_case_can_be_erased_and_is_not_named_any_more(kiosk, case, pages):
    assert kiosk.ask("DELETE", f"/api/v1/cases/{case}")[0] == 204
    assert case not in pages(kiosk).doctor()["photos"][1]


def as_an_img(kiosk, address):
    """What a browser gets that shows the photo on a page."""
    headers = {"Authorization": f"Bearer {kiosk.token}", "Accept": ASKED_BY_AN_IMG}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(kiosk.base + address, None, headers), timeout=10)
    with refused.value as answer:
        assert answer.headers.get_content_type() == "image/svg+xml"
        return answer.read().decode()
