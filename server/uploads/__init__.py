"""Resumable uploads by tus 1.0.0: the offset is what a transaction has made durable.

::

    POST ─▶ row, offset 0
    PATCH ─▶ piece (64 KiB at most) ─▶ part file, fdatasync ─▶ offset, commit ─▶ next piece
                      └ with a checksum: the whole body is staged and compared first
    last byte ─▶ hash ─▶ vetting ─▶ photo store ─▶ one transaction: photo kept, upload over, job owed

Each step can be the last before a power cut; the next HEAD, empty PATCH or sweep goes on from there.
"""
