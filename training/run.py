"""The names of the files that a training run leaves in its folder."""

WEIGHTS = "network.weights.h5"
"""The network after the last epoch, for Keras."""

FACTS = "training.json"
"""Plan, minutes, classes and the history of epochs."""

QUANTIZED = "quantized.json"
"""How the thresholds came out, and what int8 cost."""
