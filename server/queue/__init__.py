"""Jobs: what the server still owes an opinion, done at least once and told once.

::

    settle ──▶ queued ──claim──▶ leased ──done──▶ gone
                 ▲                 │
                 └── lease over, ──┴── failed too often ──▶ parked ──try_again──▶ queued
                     or failed

Two engines keep the list, a table in either database or Procrastinate in PostgreSQL; ``opening`` knows them.
"""
