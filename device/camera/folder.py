"""A folder of photos as a camera: chosen by configuration, never by a fallback.

The scene is one photo of the folder, in order of name; each still moves on to the
next. Changing the folder changes the scene, as moving a real camera would.
"""

from pathlib import Path

from device.errors import CameraFault, CameraMissing
from models.decode import Image, decode
from models.errors import PhotoError

SAMPLES = Path(__file__).parent.parent / "samples"
"""The sample photos that ship, see samples/README.md."""

_PREVIEW_SIDE_PIXELS = 360
_SUFFIXES = {".jpg", ".jpeg", ".png"}


class FolderCamera:
    """The simulated camera."""

    driver = "folder"
    simulated = True

    def __init__(self, folder: Path = SAMPLES) -> None:
        self._folder = folder
        self._taken = 0
        self._seen: tuple[Path, float] | None = None
        self._preview: Image | None = None

    def open(self) -> None:
        """Check that there is a photo. Raises CameraMissing."""
        self._scene()

    def capture(self) -> bytes:
        """The scene's bytes as they stand in the folder; the next still has the next photo."""
        scene = self._scene()
        try:
            photo = scene.read_bytes()
        except OSError as error:
            raise CameraFault(f"the photo {scene.name} cannot be read: {error.strerror}") from error
        self._taken += 1
        return photo

    def preview(self) -> Image:
        """The scene, decoded anew only when it changed."""
        scene = self._scene()
        try:
            seen = (scene, scene.stat().st_mtime)
            if seen != self._seen or self._preview is None:
                self._preview = decode(scene.read_bytes(), _PREVIEW_SIDE_PIXELS)
                self._seen = seen
        except (OSError, PhotoError) as error:
            raise CameraFault(f"the photo {scene.name} cannot be shown: {error}") from error
        return self._preview

    def close(self) -> None:
        """Nothing is held open."""

    def _scene(self) -> Path:
        try:
            photos = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        except OSError as error:
            raise CameraMissing(
                f"the camera's folder {self._folder} cannot be read: {error.strerror}"
            ) from error
        if not photos:
            raise CameraMissing(f"the camera's folder {self._folder} holds no .jpg or .png: put some there")
        return photos[self._taken % len(photos)]
