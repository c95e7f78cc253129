"""Unpacking: an archive's files, each checked before any of them counts."""

import hashlib
import json
import tarfile
from pathlib import Path

from pydantic import ValidationError

from server.backup.archive import CONTENTS_FILE, VERSION, Contents, is_name_of_ours
from server.disk import room_needed
from server.errors import Refused

_DAMAGED = "the archive is damaged or was cut off: take another one"
_FOLDER_OF_OWNER = 0o700
_OWNER_ALONE = 0o600


def unpack(archive: Path, folder: Path) -> Contents:
    """Write every file of ``archive`` below ``folder``, which is empty; what the archive says of itself.

    Raises Refused for an archive of a newer program, or one that is not, byte for byte, what was written;
    StorageFull or OSError. Then ``folder`` may hold anything.
    """
    try:
        with tarfile.open(archive, "r:") as tar:
            files = tar.getmembers()
            contents = _contents(tar, files.pop() if files else None)
            found = {file.name: _unpack(tar, file, folder) for file in files}
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Refused(_DAMAGED) from error
    if found != contents.sha256 or len(found) != len(files):
        raise Refused(_DAMAGED)
    return contents


def _contents(tar: tarfile.TarFile, last: tarfile.TarInfo | None) -> Contents:
    file = tar.extractfile(last) if last and last.name == CONTENTS_FILE else None
    if file is None:
        raise Refused(_DAMAGED)
    try:
        said = json.load(file)
        if said["version"] > VERSION:
            raise Refused("the archive is a newer program's: update this one first")
        return Contents.model_validate(said)
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise Refused(_DAMAGED) from error


def _unpack(tar: tarfile.TarFile, file: tarfile.TarInfo, folder: Path) -> str:
    """The SHA-256 of what was written. Names are ours or nothing is: no path of the archive's own counts."""
    content = tar.extractfile(file) if file.isreg() and not file.issparse() else None
    if content is None or not is_name_of_ours(file.name):
        raise Refused(_DAMAGED)
    path = folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_OF_OWNER)
    digest = hashlib.sha256()
    with room_needed(), path.open("wb") as written:
        path.chmod(_OWNER_ALONE)
        while piece := content.read(1 << 20):
            digest.update(piece)
            written.write(piece)
    return digest.hexdigest()
