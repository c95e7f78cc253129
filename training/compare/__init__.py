"""What else could have been shipped: other bodies, heads, optimisers and treatments, measured alike.

::

    weights ─▶ backbones ─▶ features ─▶ heads ─▶ compare ─▶ tables
    files      frozen body   cached      figures   JSON       Markdown

All figures are of the calibrate split; nothing here looks at the test split.
"""
