"""What can go wrong on the way to a model.

::

    TrainingError
    ├── ManifestCsvInvalid (ValueError)   a row of the photo list does not hold
    ├── PreparedInvalid (ValueError)      the prepared folder is incomplete: prepare it again
    ├── SplitUnknown (ValueError)         no such split, or the model has no list of its groups
    └── WeightsInvalid (ValueError)       the weights to start from are of another network
"""


class TrainingError(Exception):
    """Root of this package's errors; the message says what to do."""


class ManifestCsvInvalid(TrainingError, ValueError):
    """A row of the photo list names a missing photo or an unknown condition."""


class PreparedInvalid(TrainingError, ValueError):
    """The prepared folder lacks a file or was made of other photos."""


class SplitUnknown(TrainingError, ValueError):
    """The split asked for does not exist for this model."""


class WeightsInvalid(TrainingError, ValueError):
    """The weights to start from do not fit the network."""
