"""What every test may use: pictures made of arithmetic, a clock moved by hand, a home of its own."""

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

import device
from device.clock import Moment
from device.store import Store, open_store
from models.classifier import Classifier
from models.conditions import Catalogue, load_catalogue

REPOSITORY = Path(device.__file__).parents[1]


class Pictures:
    """Photos of every kind, made here, so that no test needs a file from elsewhere."""

    @staticmethod
    def skin(width: int = 320, height: int = 240, spot: float = 0.25, seed: int = 7) -> np.ndarray:
        """RGB: a dark brown spot (its radius a share of the short side) on grainy skin."""
        grain = np.random.default_rng(seed).normal(0, 6, (height, width, 1))
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        skin = np.stack([205 + 20 * x / width, 155 + 20 * y / height, 135 + 0 * x], axis=-1) + grain
        far = np.hypot(x - width / 2, y - height / 2) > spot * min(width, height)
        brown = np.array([95, 62, 50]) + grain
        return np.where(far[..., np.newaxis], skin, brown).clip(0, 255).astype(np.uint8)

    @staticmethod
    def quarters(width: int = 96, height: int = 64) -> np.ndarray:
        """RGB: red, green, blue and yellow quarters, so that each rotation looks different."""
        image = np.zeros((height, width, 3), np.uint8)
        image[: height // 2, : width // 2] = (220, 30, 30)
        image[: height // 2, width // 2 :] = (30, 200, 30)
        image[height // 2 :, : width // 2] = (30, 30, 220)
        image[height // 2 :, width // 2 :] = (220, 220, 30)
        return image

    @staticmethod
    def jpeg(image: np.ndarray, quality: int = 92, progressive: bool = False, restarts: int = 0) -> bytes:
        """An RGB (or grey) image as libjpeg writes it; ``restarts`` is the interval of RST markers."""
        options = (
            cv2.IMWRITE_JPEG_QUALITY,
            quality,
            cv2.IMWRITE_JPEG_PROGRESSIVE,
            int(progressive),
            cv2.IMWRITE_JPEG_RST_INTERVAL,
            restarts,
        )
        return cv2.imencode(".jpg", _bgr(image), options)[1].tobytes()

    @staticmethod
    def png(image: np.ndarray) -> bytes:
        """An RGB or grey image, of 8 or 16 bits, as PNG."""
        return cv2.imencode(".png", _bgr(image))[1].tobytes()

    @staticmethod
    def segment(marker: int, payload: bytes) -> bytes:
        """One JPEG marker segment."""
        return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload

    @staticmethod
    def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
        """The JPEG with more segments right behind its SOI."""
        return jpeg[:2] + b"".join(segments) + jpeg[2:]

    @classmethod
    def exif(cls, orientation: int | None = 1, order: str = ">") -> bytes:
        """An EXIF segment as a phone writes it: orientation, maker, GPS position and a thumbnail."""
        return cls.segment(0xE1, b"Exif\0\0" + cls.tiff(orientation, order))

    @classmethod
    def tiff(cls, orientation: int | None = 1, order: str = ">") -> bytes:
        """The structure inside that segment; ``orientation`` None leaves the tag out."""
        thumbnail = cls.jpeg(np.full((16, 16, 3), 128, np.uint8))
        maker, latitude = b"Camera of Anna\0\0", struct.pack(order + "6I", 48, 1, 12, 1, 34, 1)
        count = 3 if orientation is None else 4
        at_maker = 8 + 2 + 12 * count + 4
        at_gps = at_maker + len(maker)
        at_latitude = at_gps + 2 + 12 * 2 + 4
        at_thumbnail = at_latitude + len(latitude)
        entries = [struct.pack(order + "HHII", 0x010F, 2, len(maker), at_maker)]
        if orientation is not None:
            entries.append(struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0))
        entries.append(struct.pack(order + "HHII", 0x0201, 4, 1, at_thumbnail))
        entries.append(struct.pack(order + "HHII", 0x8825, 4, 1, at_gps))
        gps = struct.pack(order + "H", 2)
        gps += struct.pack(order + "HHI4s", 1, 2, 2, b"N\0\0\0")
        gps += struct.pack(order + "HHII", 2, 5, 3, at_latitude) + bytes(4)
        head = (b"MM" if order == ">" else b"II") + struct.pack(order + "HIH", 42, 8, count)
        return head + b"".join(entries) + bytes(4) + maker + gps + latitude + thumbnail

    @classmethod
    def adobe(cls, transform: int) -> bytes:
        """The APP14 segment that names the colour transform: 0 none, 1 YCbCr, 2 YCCK."""
        return cls.segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))

    @classmethod
    def blocks_jpeg(cls, planes: np.ndarray, *segments: bytes) -> bytes:
        """A baseline JPEG of flat 8 x 8 blocks; ``planes`` has shape (components, rows, columns).

        Four planes make a CMYK (or, with the APP14 for it, a YCCK) photo.
        """
        components, rows, columns = planes.shape
        ids = range(1, components + 1)
        frame = struct.pack(">BHHB", 8, rows * 8, columns * 8, components)
        frame += b"".join(bytes((i, 0x11, 0)) for i in ids)
        differences = bytes((0x00, 0, 0, 0, 9, *[0] * 12, *range(9)))  # nine codes of 4 bits
        end_of_block = bytes((0x10, 1, *[0] * 15, 0))  # one code of 1 bit
        scan = bytes((components,)) + b"".join(bytes((i, 0x00)) for i in ids) + bytes((0, 63, 0))
        return b"".join(
            (
                b"\xff\xd8",
                *segments,
                cls.segment(0xDB, bytes((0, *[8] * 64))),
                cls.segment(0xC0, frame),
                cls.segment(0xC4, differences),
                cls.segment(0xC4, end_of_block),
                cls.segment(0xDA, scan),
                _entropy_coded(planes),
                b"\xff\xd9",
            )
        )

    @staticmethod
    def chunk(name: bytes, content: bytes) -> bytes:
        """One PNG chunk with its checksum."""
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    @classmethod
    def png_of(cls, width: int, height: int, depth: int, colours: int, rows: bytes, *before: bytes) -> bytes:
        """A PNG from its parts; ``rows`` are the filtered bytes, ``before`` chunks between IHDR and IDAT."""
        header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
        return b"".join(
            (
                b"\x89PNG\r\n\x1a\n",
                cls.chunk(b"IHDR", header),
                *before,
                cls.chunk(b"IDAT", zlib.compress(rows)),
                cls.chunk(b"IEND", b""),
            )
        )

    @classmethod
    def png_with(cls, png: bytes, *chunks: bytes) -> bytes:
        """The PNG with more chunks right behind its IHDR."""
        return png[:33] + b"".join(chunks) + png[33:]

    @staticmethod
    def pixels(photo: bytes) -> np.ndarray:
        """What OpenCV decodes, at full size: BGR, upright."""
        decoded = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None, "the photo does not decode"
        return decoded


def _bgr(image: np.ndarray) -> np.ndarray:
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)


def _entropy_coded(planes: np.ndarray) -> bytes:
    """The DC differences of flat blocks (T.81, F.1.2.1), each block closed at once."""
    before = [0] * len(planes)
    bits = ""
    for block in planes.reshape(len(planes), -1).T:
        for component, value in enumerate(block):
            level = int(value) - 128
            difference, before[component] = level - before[component], level
            size = abs(difference).bit_length()
            coded = difference if difference >= 0 else difference + (1 << size) - 1
            bits += f"{size:04b}" + (f"{coded:0{size}b}" if size else "") + "0"
    bits += "1" * (-len(bits) % 8)
    coded_bytes = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return coded_bytes.replace(b"\xff", b"\xff\x00")


class FakeClock:
    """A clock that only moves when a test says so."""

    def __init__(self) -> None:
        self.boot_id = "boot-1"
        self.boot_seconds = 100.0
        self.wall_at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.trusted = True

    def seconds(self) -> float:
        """Seconds since the boot."""
        return self.boot_seconds

    def moment(self) -> Moment:
        """Now."""
        return Moment(self.boot_id, self.boot_seconds, self.wall_at, self.trusted)

    def let_pass(self, seconds: float) -> None:
        """Time goes by, on both clocks."""
        self.boot_seconds += seconds
        self.wall_at += timedelta(seconds=seconds)

    def set_wall(self, wall_at: datetime, trusted: bool) -> None:
        """Somebody or something sets the wall clock; the time since the boot goes on."""
        self.wall_at, self.trusted = wall_at, trusted

    def reboot(self) -> None:
        """A power cut: another boot, counted from its start, by a clock that nobody trusts yet."""
        self.boot_id = f"boot-{int(self.boot_id.partition('-')[2]) + 1}"
        self.boot_seconds = 5.0
        self.trusted = False


@pytest.fixture(scope="session")
def pictures() -> type[Pictures]:
    return Pictures


@pytest.fixture(scope="session")
def skin_jpeg(pictures: type[Pictures]) -> bytes:
    """A small photo of skin with a spot, as JPEG."""
    return pictures.jpeg(pictures.skin())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path, clock: FakeClock) -> Iterator[Store]:
    opened = open_store(home, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The model that ships, in the engine that it would run in."""
    return Classifier.load()


class Child:
    """Python programs in processes of their own, ended when the test ends."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def start(self, program: str, *arguments: object, python: str = sys.executable) -> subprocess.Popen[str]:
        """Start ``program`` (source text) with this repository on its path."""
        process = subprocess.Popen(
            [python, "-c", program, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._running.append(process)
        return process

    def run(self, program: str, *arguments: object, python: str = sys.executable) -> str:
        """What ``program`` prints; it has to succeed."""
        process = self.start(program, *arguments, python=python)
        printed, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints
        return printed

    def end_all(self) -> None:
        """Kill what still runs and close the pipes."""
        for process in self._running:
            process.kill()
            process.communicate()


@pytest.fixture
def child() -> Iterator[Child]:
    children = Child()
    yield children
    children.end_all()


@pytest.fixture(scope="module")
def module_child() -> Iterator[Child]:
    """The same, for what a whole module computes once."""
    children = Child()
    yield children
    children.end_all()
