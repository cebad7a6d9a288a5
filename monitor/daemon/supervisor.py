"""Tells systemd how the daemon is: READY, WATCHDOG, STOPPING, STATUS. Silent where no one listens.

The address comes from the environment of the process and is handed in; this module reads no environment itself.
"""

from __future__ import annotations

import socket


class Supervisor:
    """Sends sd_notify datagrams to `address` (a path, or `@name` in the abstract space); None: to no one."""

    def __init__(self, address: str | None) -> None:
        self._address = "\0" + address[1:] if address and address.startswith("@") else address

    def say(self, *facts: str) -> None:
        """Send facts such as `READY=1`. Never fails: a supervisor that went away must not stop the work."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.setblocking(False)
                channel.sendto("\n".join(facts).encode(), self._address)
        except OSError:
            return
