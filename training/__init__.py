"""Photos and labels in, a model out: prepare, train, quantize, evaluate.

The way of a model through this package::

    manifest_csv ─▶ split ─▶ cache ─▶ train ─▶ quantize ─▶ calibrate ─▶ evaluate ─▶ card
    rows            groups   pixels   weights  int8 file   thresholds   figures     words

Only ``network``, ``train`` and ``quantize`` need TensorFlow.
"""
