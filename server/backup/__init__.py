"""A server's home in one file, back again, and onto another database.

::

    home ─▶ backup ─▶ archive ─▶ restore ─▶ home    rows before photos, files checked before rows count
    SQLite ─▶ move ─▶ PostgreSQL                    all rows or none, nobody else at work
"""
