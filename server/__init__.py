"""The remote service: opinions by the full VGG16, and what dermatologists answer.

Nothing of it is built yet; the kiosk does its main job without it.
"""
