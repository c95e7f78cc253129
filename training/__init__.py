"""Photos and labels in, a model out: prepare, train, quantize, evaluate.

The way of a model through this package::

    photos ───────────────▶ learn ──▶ ship ─────────────────▶ judge
    rows, splits, pixels    weights   file, thresholds,       figures,
                            │         manifest                card, report
                            └▶ compare (what else was tried)

Only ``learn``, ``ship`` and ``compare`` need TensorFlow.
"""
