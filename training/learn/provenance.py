"""What a run was made from: the data's hash and the code's."""

import hashlib
from importlib import resources
from pathlib import Path

from training.photos.prepare import Prepared

_CHUNK_PHOTOS = 256


def prepared_hash(prepared: Prepared) -> str:
    """SHA-256 over rows, splits and pixels, in their order."""
    digest = hashlib.sha256()
    for row, split in zip(prepared.rows, prepared.splits, strict=True):
        digest.update(f"{row.path}|{row.code}|{row.group}|{split}\n".encode())
    for start in range(0, len(prepared.rows), _CHUNK_PHOTOS):
        digest.update(prepared.pixels[start : start + _CHUNK_PHOTOS].tobytes())
    return digest.hexdigest()


def code_version() -> str:
    """SHA-256 over the source of ``models`` and ``training``: the same code has the same version anywhere."""
    digest = hashlib.sha256()
    for package in ("models", "training"):
        root = Path(str(resources.files(package)))
        for source in sorted(root.rglob("*.py")):
            digest.update(source.relative_to(root).as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()
