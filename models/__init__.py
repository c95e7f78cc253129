"""Pixels in, prediction out: one definition for kiosk, server and training.

The way of a photo through this package::

    photo_file ─▶ decode ─▶ quality ─▶ preprocess ─▶ classifier ─▶ decision ─▶ finding
    bytes         image      advice     model input    scores       declines?   words

Nothing here knows of a kiosk, a page or a store.
"""
