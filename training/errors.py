"""What can go wrong on the way to a model.

::

    TrainingError
    ├── CheckpointUnusable (ValueError)   a checkpoint is of another run, or broken
    ├── DiskFull                          a checkpoint could not be written; the last one is whole
    ├── ManifestCsvInvalid (ValueError)   a row of the photo list does not hold
    ├── PreparedInvalid (ValueError)      the prepared folder is incomplete: prepare it again
    ├── SplitLeaks (ValueError)           photos of one person, lesion or scene are in two splits
    ├── SplitUnknown (ValueError)         no such split, or the model has no list of its groups
    └── WeightsInvalid (ValueError)       the weights to start from are of another network
"""


class TrainingError(Exception):
    """Root of this package's errors; the message says what to do."""


class ManifestCsvInvalid(TrainingError, ValueError):
    """A row of the photo list names a missing photo or an unknown condition."""


class PreparedInvalid(TrainingError, ValueError):
    """The prepared folder lacks a file or was made of other photos."""


class SplitLeaks(TrainingError, ValueError):
    """A split would be judged on what another one learned from."""


class SplitUnknown(TrainingError, ValueError):
    """The split asked for does not exist for this model."""


class WeightsInvalid(TrainingError, ValueError):
    """The weights to start from do not fit the network."""


class CheckpointUnusable(TrainingError, ValueError):
    """A checkpoint belongs to a run with other settings or photos, or cannot be read."""


class DiskFull(TrainingError):
    """A checkpoint could not be written; the last one is still whole."""
