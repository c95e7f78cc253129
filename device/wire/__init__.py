"""What goes over the wire between a kiosk and its server; both import it, neither imports the other.

::

    kiosk                                      server
    record, change  ──▶  PUT, POST  ──▶        kept
    clears an entry ◀──  receipt    ◀──        signed
    opinion shown   ◀──  update     ◀──        told by cursor

Bodies are JSON. Unknown fields are let through and missing ones have defaults, so that kiosks and servers of
different ages understand each other; ``schema`` says which version was written.
"""
