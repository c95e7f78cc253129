"""Opinions: one photo and what is told beside it in, the server's prediction out.

::

    queue ──job──▶ worker ──asked──▶ answers ──photo, told──▶ engine ──prediction──▶ answers ──▶ update
                      └── heartbeat: the lease, and a sign of life
"""
