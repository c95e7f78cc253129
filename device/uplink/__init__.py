"""The uplink: the client of the server, and the only code of the kiosk that speaks to it.

::

    sync ─▶ Uplink ─▶ Transport ─▶ server
                         (HTTP, or the server's own app in a test)

An answer counts only if it is the server's: a receipt by its signature, all else by its form. A captive
portal's page is no answer.
"""
