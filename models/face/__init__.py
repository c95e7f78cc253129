"""Faces: whether a photo shows one, and a copy on which nobody knows it again.

A face is looked for before a photo may leave the kiosk, and once more where it arrives::

    image ─▶ detector ─▶ boxes ─▶ somebody chooses ─▶ blur
             letterbox    faces                       the copy that leaves
"""
