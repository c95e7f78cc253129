"""The one thing kept of EXIF (2.32): which way is up, tag 0x0112 of its TIFF structure."""

import struct

_ORIENTATION_TAG = 0x0112
_TIFF = 42


def orientation_in(tiff: bytes) -> int | None:
    """The orientation (1 to 8) in a TIFF structure; None where there is none that is valid."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        return _orientation_in_directory(tiff, order)
    except struct.error:
        return None


def tiff_of(orientation: int) -> bytes:
    """A TIFF structure that says which way is up and nothing else (IFD0 of one entry)."""
    entry = struct.pack(">HHIHH", _ORIENTATION_TAG, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _orientation_in_directory(tiff: bytes, order: str) -> int | None:
    magic, directory = struct.unpack_from(order + "HI", tiff, 2)
    if magic != _TIFF:
        return None
    (entries,) = struct.unpack_from(order + "H", tiff, directory)
    for entry in range(entries):
        at = directory + 2 + 12 * entry
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, at)
        if tag == _ORIENTATION_TAG:
            return int(value) if 1 <= value <= 8 else None
    return None
