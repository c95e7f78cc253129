"""Where photos' bytes lie, and how they go for good.

A row names its photo's bytes; what no row names is owed to the removals before it is written, so a death
at any moment leaves no photo that nobody knows of.
"""
