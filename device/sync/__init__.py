"""The sync story: what is owed goes to the server, what the server has comes home.

::

    outbox ─▶ Sending ─▶ uplink ─▶ server        an entry goes when its receipt is here
    cases  ◀─ Hearing ◀─ uplink ◀─ updates       by cursor, each kept before the next is asked for
"""
