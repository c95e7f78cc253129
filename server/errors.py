"""What can go wrong at the server; every message says what to do, and none names a subject.

::

    ServerError
    ├── Refused                 the request is wrong; sent again it will be wrong again
    │   ├── NotAllowed          no token, or one that holds no more
    │   ├── CaseUnknown         no such case, or another kiosk's
    │   ├── CaseErased          it was here and is gone for good
    │   ├── CaseConflict        the same id came with other contents
    │   ├── BodyInvalid         a field does not hold
    │   ├── HeaderInvalid       a header is missing or does not hold
    │   ├── PhotoRefused        the photo is no photo, or not the one announced
    │   ├── PhotoUnwanted       the photo is here already, or no consent covers it
    │   ├── UploadUnknown       no such upload, or it is over
    │   │   └── UploadExpired   it was not finished in time
    │   ├── UploadTooLong       more bytes than may come
    │   ├── ChecksumMismatch    the body is not what its checksum says
    │   └── OffsetConflict      another request is ahead
    ├── Overloaded              too much at once; come back when it says
    ├── StorageFull             no room; nothing was kept
    ├── PhotoGone               a kept photo's bytes are not where they were written
    └── ConfigInvalid           an option or a file does not hold
"""


class ServerError(Exception):
    """Root of the server's errors; the message is for people."""


class Refused(ServerError):
    """The request is wrong; sent again it will be wrong again."""


class NotAllowed(Refused):
    """There is no token, or it holds no more."""


class CaseUnknown(Refused):
    """There is no such case, or it is another kiosk's."""


class CaseErased(Refused):
    """The case was here and is gone for good."""


class CaseConflict(Refused):
    """The same id came before with other contents."""


class BodyInvalid(Refused):
    """A field of what was sent does not hold."""


class HeaderInvalid(Refused):
    """A header is missing or does not hold."""


class PhotoRefused(Refused):
    """What was sent is no photo, or not the one announced."""


class PhotoUnwanted(Refused):
    """The photo is here already, or no consent covers it."""


class UploadUnknown(Refused):
    """There is no such upload, or it is over."""


class UploadExpired(UploadUnknown):
    """The upload was not finished in time."""


class UploadTooLong(Refused):
    """More bytes than may come."""


class ChecksumMismatch(Refused):
    """The body is not what its checksum says."""


class OffsetConflict(Refused):
    """Another request is ahead of this one."""


class Overloaded(ServerError):
    """Too much at once; ``retry_after_seconds`` says when to come back."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class StorageFull(ServerError):
    """There is no room; nothing was kept."""


class PhotoGone(ServerError):
    """A kept photo's bytes are not where they were written."""


class ConfigInvalid(ServerError):
    """An option or a file does not hold."""
