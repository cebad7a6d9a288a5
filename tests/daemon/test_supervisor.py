"""What systemd hears."""

from __future__ import annotations

import socket
from pathlib import Path

from monitor.daemon.supervisor import Supervisor


def test_facts_arrive_as_one_datagram(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(5)
        Supervisor(path).say("READY=1", "STATUS=watching 25 feeds")
        assert listener.recv(1000) == b"READY=1\nSTATUS=watching 25 feeds"


def test_no_one_listening_is_no_fault(tmp_path: Path) -> None:
    Supervisor(None).say("READY=1")
    Supervisor(str(tmp_path / "gone")).say("READY=1")
    assert list(tmp_path.iterdir()) == [], "nothing was raised, and nothing made"
