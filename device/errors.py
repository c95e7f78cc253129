"""What can go wrong on the kiosk; every message says what to do.

::

    KioskError
    ├── PressRefused             no photo was taken; the person is told why
    │   ├── Busy                 the last press is still being worked on
    │   └── DeviceAbsent         the device process does not run
    ├── StoreError               the store cannot do what was asked
    │   ├── StoreFull            no room on the card
    │   ├── StoreReadOnly        the home cannot be written
    │   ├── StoreLocked          another program holds the database
    │   ├── StoreDamaged         the database or a photo is not what was written
    │   └── MigrationFailed      the database is newer than the program, or a step failed
    ├── CaseUnknown              no such case, or not for this phone
    ├── GuardianNeeded           a minor cannot consent alone
    ├── Superseded               somebody else changed the same thing first
    ├── FaceUnsettled            a face on the photo waits for a look or a choice: nothing leaves yet
    ├── ChoiceRefused            there is nothing to choose about faces, or not any more
    ├── PhoneRevoked             the phone lost its access while it was sending
    ├── CameraError              the camera gave no photo
    │   ├── CameraTimeout        it did not answer by the deadline
    │   ├── CameraMissing        none is connected, or its driver is not installed
    │   └── CameraFault          it answered with an error or with nothing usable
    ├── PanelError               the button or the lights cannot be used
    ├── UplinkError              the server did not take what it was sent
    │   ├── Unreachable          no answer, or not the server's: try again later
    │   ├── ServerBusy           it asks to come back later
    │   └── ServerRefused        it will not have this, however often it is sent
    ├── NotEnrolled              the kiosk knows no server
    ├── AlreadyRunning           another process does this work in the same home
    └── ConfigInvalid            the configuration file or an option does not hold
"""


class KioskError(Exception):
    """Root of the kiosk's errors; the message is for people."""


class PressRefused(KioskError):
    """No photo was taken; the message says why and what to do."""


class Busy(PressRefused):
    """The last press is still being worked on."""


class DeviceAbsent(PressRefused):
    """The device process does not run, so nobody would take the photo."""


class StoreError(KioskError):
    """The store cannot do what was asked; nothing was acknowledged."""


class StoreFull(StoreError):
    """There is no room left for another case."""


class StoreReadOnly(StoreError):
    """The home folder cannot be written."""


class StoreLocked(StoreError):
    """Another program holds the database for longer than we wait."""


class StoreDamaged(StoreError):
    """The database or a photo in it is not what was written."""


class MigrationFailed(StoreError):
    """The database cannot be brought to this program's version."""


class CaseUnknown(KioskError):
    """There is no such case, or the asking phone may not see it."""


class GuardianNeeded(KioskError):
    """A minor cannot consent alone; nothing was written."""


class Superseded(KioskError):
    """Somebody else changed the same thing first; nothing was written."""


class FaceUnsettled(KioskError):
    """Nobody looked for faces yet, or nobody chose what to do about one: nothing leaves the kiosk."""


class ChoiceRefused(KioskError):
    """There is nothing to choose about faces on this photo now; nothing was written."""


class PhoneRevoked(KioskError):
    """The phone lost its access while it was sending; nothing was kept."""


class CameraError(KioskError):
    """The camera gave no photo."""


class CameraTimeout(CameraError):
    """The camera did not answer by its deadline."""


class CameraMissing(CameraError):
    """No camera is connected, or its driver is not installed."""


class CameraFault(CameraError):
    """The camera answered with an error, or with nothing usable."""


class PanelError(KioskError):
    """The button or the lights cannot be used."""


class UplinkError(KioskError):
    """The server did not take what it was sent; it stays owed."""


class Unreachable(UplinkError):
    """There was no answer, or one that is not the server's: try again later."""


class ServerBusy(UplinkError):
    """The server asks to come back later, after ``seconds``."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class ServerRefused(UplinkError):
    """The server will not have this, however often it is sent; ``status`` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NotEnrolled(KioskError):
    """The kiosk knows no server."""


class AlreadyRunning(KioskError):
    """Another process does this work in the same home."""


class ConfigInvalid(KioskError):
    """The configuration file, or an option that overrides it, does not hold."""
