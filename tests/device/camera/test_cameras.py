"""Every camera keeps the same promises, well or broken; one suite runs over all of them."""

import sys
import types
from contextlib import contextmanager

import cv2
import numpy as np
import pytest

from device.camera.deadline import DeadlineCamera
from device.camera.folder import SAMPLES, FolderCamera
from device.camera.picamera import SETTLE_SECONDS, PiCamera
from device.errors import CameraError, CameraFault, CameraMissing, CameraTimeout
from models.decode import decode

WAIT_SECONDS = 4.0


class FolderRig:
    """The folder camera over a folder of one photo."""

    faults = ("empty folder", "folder gone", "unreadable photo")

    def __init__(self, tmp_path, pictures):
        self.folder = tmp_path / "photos"
        self.photo = pictures.jpeg(pictures.skin(800, 600))
        self.mend()
        self.camera = FolderCamera(self.folder)

    def break_with(self, fault):
        (self.folder / "a.jpg").unlink()
        if fault == "folder gone":
            self.folder.rmdir()
        elif fault == "unreadable photo":
            (self.folder / "a.jpg").mkdir()

    def mend(self):
        self.folder.mkdir(exist_ok=True)
        if (self.folder / "a.jpg").is_dir():
            (self.folder / "a.jpg").rmdir()
        (self.folder / "a.jpg").write_bytes(self.photo)

    def given_back(self):
        return True


class Request:
    """A completed request of the picamera2 double."""

    def __init__(self, owner):
        self.owner = owner

    def save(self, name, file_output, format=None):  # noqa: A002 - picamera2 calls it so
        self.owner.trouble("save")
        assert name == "main"
        width, height = self.owner.config["main"]["size"]
        file_output.write(self.owner.pictures.jpeg(cv2.resize(self.owner.scene, (width, height))))

    def make_array(self, name):
        """Planar YUV420 with the rows padded to the camera's alignment, as picamera2 gives it."""
        self.owner.trouble("make_array")
        assert name == "lores"
        width, height = self.owner.config["lores"]["size"]
        padded = np.zeros((height, width + self.owner.padding, 3), np.uint8)
        padded[:, :width] = cv2.resize(self.owner.scene, (width, height))
        return cv2.cvtColor(padded, cv2.COLOR_RGB2YUV_I420)

    def release(self):
        self.owner.requests_out -= 1


class Picamera2Double:
    """What the kiosk uses of picamera2.Picamera2, with the rules of the real one."""

    def __init__(self, pictures, autofocus=True, padding=0):
        self.pictures, self.padding = pictures, padding
        self.scene = pictures.skin(640, 480)
        self.camera_controls = {"AfMode": (0, 2, 0)} if autofocus else {"ExposureTime": (1, 9, 1)}
        self.options = {}
        self.config = None
        self.controls = {}
        self.started = self.configured = self.requests_out = 0
        self.closed = False
        self.faults = {}
        self.asked = []

    def trouble(self, call):
        if call in self.faults:
            raise self.faults[call]

    def create_still_configuration(self, main=None, lores=None, display="lores", buffer_count=1):
        return {"main": main, "lores": lores, "display": display, "buffer_count": buffer_count}

    def configure(self, config):
        self.trouble("configure")
        assert not self.started, "configured while it runs"
        self.config = config
        self.configured += 1

    def start(self):
        self.trouble("start")
        assert self.config
        self.started += 1

    def set_controls(self, controls):
        assert set(controls) <= {"AfMode", "AfRange"}
        assert "AfMode" in self.camera_controls
        self.controls |= controls

    @contextmanager
    def captured_request(self, wait=None, flush=None):
        assert self.started
        assert not self.closed
        self.asked.append({"wait": wait, "flush": flush})
        self.trouble("captured_request")
        self.requests_out += 1
        request = Request(self)
        try:
            yield request
        finally:
            request.release()

    def close(self):
        self.closed = True
        self.trouble("close")


class PiRig:
    """The Pi's camera over a double of picamera2; each opening makes another one."""

    faults = (
        "timeout",
        "runtime error",
        "save fails",
        "no memory",
        "cannot start",
        "no camera",
        "not installed",
    )

    def __init__(self, tmp_path, pictures, **options):
        self.pictures, self.options = pictures, options
        self.made, self.slept, self.trouble, self.fault = [], [], {}, None
        self.camera = PiCamera(WAIT_SECONDS, self.make, self.slept.append)

    def make(self):
        if isinstance(self.fault, CameraError):
            raise self.fault
        self.made.append(Picamera2Double(self.pictures, **self.options))
        self.made[-1].faults = self.trouble
        return self.made[-1]

    def break_with(self, fault):
        calls = {
            "timeout": {"captured_request": TimeoutError("no frame")},
            "runtime error": {"captured_request": RuntimeError("camera frontend has timed out")},
            "save fails": {"save": RuntimeError("no buffer"), "make_array": RuntimeError("no buffer")},
            "no memory": {
                "captured_request": OSError(12, "Cannot allocate memory"),
                "close": RuntimeError("busy"),
            },
            "cannot start": {"captured_request": RuntimeError("gone"), "start": RuntimeError("busy")},
        }
        self.trouble.update(calls.get(fault, {"captured_request": TimeoutError()}))
        if fault in ("no camera", "not installed"):
            self.fault = CameraMissing(fault)

    def mend(self):
        self.trouble.clear()
        self.fault = None

    def given_back(self):
        return all(double.requests_out == 0 for double in self.made)


RIGS = {"folder": FolderRig, "picamera2": PiRig}
FAULTS = [(name, fault) for name, kind in RIGS.items() for fault in kind.faults]


@pytest.fixture(params=RIGS)
def rig(request, tmp_path, pictures):
    return RIGS[request.param](tmp_path, pictures)


@pytest.fixture
def pi(tmp_path, pictures):
    return PiRig(tmp_path, pictures)


# Every camera, well


def test_it_names_its_driver_and_says_whether_it_is_pretended(rig):
    assert (rig.camera.driver, rig.camera.simulated) in {("folder", True), ("picamera2", False)}


def test_a_still_is_a_jpeg_that_decodes(rig, pictures):
    rig.camera.open()
    still = rig.camera.capture()
    assert still[:2] == b"\xff\xd8"
    assert pictures.pixels(still).shape[0] >= 480
    rig.camera.close()


def test_a_preview_is_a_small_colour_picture_of_the_scene(rig, pictures):
    rig.camera.open()
    preview = rig.camera.preview()
    assert preview.dtype == np.uint8
    height, width = preview.shape[:2]
    assert preview.shape[2] == 3
    assert 320 <= width <= 1280
    assert 240 <= height <= 960
    still = decode(rig.camera.capture(), 360)
    for image in (preview, still):  # skin at the edge, the brown spot in the middle, RGB not BGR
        edge, spot = image[20, 20].astype(int), image[image.shape[0] // 2, image.shape[1] // 2].astype(int)
        assert edge[0] > edge[2] + 30
        assert edge[0] > spot[0] + 60


def test_many_stills_and_previews_leave_nothing_behind(rig):
    rig.camera.open()
    for _ in range(20):
        rig.camera.preview()
    for _ in range(5):
        rig.camera.capture()
    assert rig.given_back()


def test_it_can_be_closed_twice_and_opened_again(rig):
    rig.camera.open()
    rig.camera.close()
    rig.camera.close()
    rig.camera.open()
    assert rig.camera.capture()


# Every camera, broken


@pytest.fixture
def broken(request, tmp_path, pictures):
    name, fault = request.param
    rig = RIGS[name](tmp_path, pictures)
    return rig, fault


@pytest.mark.parametrize("call", ["capture", "preview"])
@pytest.mark.parametrize("broken", FAULTS, indirect=True, ids=lambda f: "-".join(f).replace(" ", "_"))
def test_a_fault_is_said_in_words_and_the_camera_works_again_once_it_is_mended(broken, call):
    rig, fault = broken
    camera = DeadlineCamera(rig.camera, 5.0)
    assert getattr(camera, call)() is not None
    rig.break_with(fault)
    for _ in range(3):
        with pytest.raises(CameraError) as raised:
            getattr(camera, call)()
        assert camera.fault == str(raised.value)
        assert len(camera.fault.split()) >= 2
    rig.mend()
    for _ in range(2):  # the first may still give back what was broken
        try:
            assert getattr(camera, call)() is not None
            break
        except CameraError:
            continue
    assert camera.fault is None
    assert getattr(camera, call)() is not None
    assert rig.given_back()


@pytest.mark.parametrize("broken", FAULTS, indirect=True, ids=lambda f: "-".join(f).replace(" ", "_"))
def test_a_camera_that_is_broken_from_the_start_is_no_reason_to_end(broken):
    rig, fault = broken
    camera = DeadlineCamera(rig.camera, 5.0)
    rig.break_with(fault)
    with pytest.raises(CameraError):
        camera.capture()
    camera.close()


# The folder


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


# The Pi's camera


def test_it_is_made_and_configured_once_for_stills_and_live_picture_alike(pi):
    camera = DeadlineCamera(pi.camera, 5.0)
    for _ in range(10):
        camera.capture()
        camera.preview()
    (double,) = pi.made
    assert (double.configured, double.started) == (1, 1)
    assert double.config["main"]["size"][0] > double.config["lores"]["size"][0]
    assert double.options["quality"] >= 90
    camera.close()
    assert double.closed


def test_after_opening_exposure_and_white_balance_get_time_to_settle(pi):
    pi.camera.open()
    assert len(pi.slept) == 1
    assert pi.slept[0] >= 0.3
    pi.camera.capture()
    assert len(pi.slept) == 1


def test_a_lens_that_can_move_is_kept_at_close_range(pi):
    pi.camera.open()
    assert pi.made[0].controls == {"AfMode": 2, "AfRange": 1}


def test_a_lens_that_cannot_move_is_not_asked_to(tmp_path, pictures):
    rig = PiRig(tmp_path, pictures, autofocus=False)
    rig.camera.open()
    assert rig.made[0].controls == {}


def test_a_still_is_exposed_after_the_press_and_each_request_has_a_deadline_of_its_own(pi):
    pi.camera.open()
    pi.camera.capture()
    pi.camera.preview()
    assert pi.made[0].asked == [{"wait": WAIT_SECONDS, "flush": True}, {"wait": WAIT_SECONDS, "flush": None}]


def test_padding_at_the_end_of_each_row_is_cut_off(tmp_path, pictures):
    previews = []
    for padding in (0, 64):
        rig = PiRig(tmp_path, pictures, padding=padding)
        rig.camera.open()
        previews.append(rig.camera.preview())
    assert previews[0].shape == previews[1].shape
    inside = (slice(None), slice(0, -2))
    assert np.abs(previews[0][inside].astype(int) - previews[1][inside].astype(int)).max() <= 4


def test_opening_again_gives_the_first_one_back(pi):
    pi.camera.open()
    pi.camera.open()
    assert [double.closed for double in pi.made] == [True, False]


def test_a_camera_that_cannot_be_configured_is_given_back_at_the_next_try(pi):
    pi.trouble["configure"] = RuntimeError("busy")
    with pytest.raises(CameraFault, match="configured"):
        pi.camera.open()
    pi.mend()
    pi.camera.open()
    assert [double.closed for double in pi.made] == [True, False]


def test_a_camera_that_is_not_open_says_so(pi):
    with pytest.raises(CameraMissing, match="not open"):
        pi.camera.capture()


def test_without_picamera2_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(CameraMissing, match="apt install python3-picamera2"):
        PiCamera(WAIT_SECONDS).open()


@pytest.mark.parametrize(
    "error", [IndexError("list index out of range"), RuntimeError("busy"), OSError("no")]
)
def test_without_a_camera_it_says_to_check_the_cable(monkeypatch, error):
    def none_here():
        raise error

    monkeypatch.setitem(sys.modules, "picamera2", types.SimpleNamespace(Picamera2=none_here))
    with pytest.raises(CameraMissing, match="cable"):
        PiCamera(WAIT_SECONDS).open()


def test_a_timeout_is_told_from_other_faults(pi):
    pi.camera.open()
    pi.break_with("timeout")
    with pytest.raises(CameraTimeout):
        pi.camera.capture()


def test_with_a_lamp_a_still_waits_until_the_camera_has_adapted(pi):
    lit = PiCamera(WAIT_SECONDS, pi.make, pi.slept.append, has_lamp=True)
    lit.open()
    opened = len(pi.slept)
    lit.capture()
    assert pi.slept[opened:] == [SETTLE_SECONDS]


def test_without_a_lamp_a_still_is_taken_at_once(pi):
    pi.camera.open()
    opened = len(pi.slept)
    pi.camera.capture()
    assert pi.slept[opened:] == []
