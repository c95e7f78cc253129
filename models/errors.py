"""What can go wrong between pixels and prediction.

::

    ModelsError
    ├── PhotoError (ValueError)      this photo cannot be judged: send another one
    │   ├── NotAPhoto                no JPEG or PNG, or one that does not decode
    │   ├── PhotoCutShort            the end of the file is missing
    │   ├── PhotoTooLarge            more pixels or bytes than the kiosk takes
    │   └── PhotoUnsupported         a kind of picture that this kiosk has no reader for
    └── ModelError (RuntimeError)    the model cannot be trusted: refuse to start
        ├── ModelMissing             no file where the manifest says
        ├── ModelMismatch            the file is not the one that the manifest describes
        ├── ManifestInvalid          the manifest itself does not hold
        ├── CatalogueInvalid         the catalogue of conditions does not hold
        └── EngineMissing            no interpreter runs an inference on this machine
"""


class ModelsError(Exception):
    """Root of this package's errors; the message says what to do."""


class PhotoError(ModelsError, ValueError):
    """This photo cannot be judged; another one may."""


class NotAPhoto(PhotoError):
    """The bytes are no JPEG or PNG, or do not decode as one."""


class PhotoCutShort(PhotoError):
    """The photo's end is missing, as after a broken transfer."""


class PhotoTooLarge(PhotoError):
    """The photo has more pixels or bytes than the kiosk takes."""


class PhotoUnsupported(PhotoError):
    """A picture of a kind that no reader is installed for."""


class ModelError(ModelsError, RuntimeError):
    """The model cannot be trusted; whoever asked for it must not start."""


class ModelMissing(ModelError):
    """The model file is not where its manifest says."""


class ModelMismatch(ModelError):
    """The model file is not the one that its manifest describes."""


class ManifestInvalid(ModelError):
    """The manifest cannot be read or contradicts itself or the catalogue."""


class CatalogueInvalid(ModelError):
    """The catalogue of conditions cannot be read or contradicts itself."""


class EngineMissing(ModelError):
    """No TFLite interpreter on this machine completes an inference."""
