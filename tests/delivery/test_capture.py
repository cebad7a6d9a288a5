"""What Apprise logs is caught per thread, redacted, and let out nowhere."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from monitor.delivery.capture import LogCapture, redacted
from monitor.delivery.outcome import Record
from tests.support.alerts import TOKEN


@pytest.fixture
def capture() -> Iterator[LogCapture]:
    one = LogCapture()
    one.install()
    yield one
    one.remove()


def test_addresses_and_tokens_are_hidden() -> None:
    text = redacted(f"POST https://api.telegram.org/bot{TOKEN}/sendMessage tgram:/{TOKEN} token {TOKEN} end")
    assert TOKEN not in text
    assert "api.telegram.org" not in text
    assert text.endswith("end")


def test_each_thread_has_its_own_lines(capture: LogCapture) -> None:
    log = logging.getLogger("apprise.plugin")
    found: dict[str, list[Record]] = {}
    meet = threading.Barrier(3)

    def send(name: str) -> None:
        with capture.collect() as lines:
            meet.wait(10)
            log.warning("from %s", name)
            meet.wait(10)
            found[name] = list(lines)

    threads = [threading.Thread(target=send, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: [line.text for line in lines] for name, lines in found.items()} == {
        name: [f"from {name}"] for name in "abc"
    }


def test_the_exception_at_hand_is_kept(capture: LogCapture) -> None:
    with capture.collect() as lines:
        try:
            raise ConnectionRefusedError("x")
        except ConnectionRefusedError:
            logging.getLogger("apprise").warning("A Connection error occurred")
    assert isinstance(lines[0].error, ConnectionRefusedError)


def test_lines_outside_a_send_and_below_warning_are_dropped(capture: LogCapture) -> None:
    log = logging.getLogger("apprise")
    log.warning("nobody sends")
    with capture.collect() as lines:
        log.debug("secret")
        log.info("sent")
    assert lines == []
    assert logging.getLogger("urllib3").level == logging.WARNING


def test_a_storm_of_lines_is_bounded(capture: LogCapture) -> None:
    with capture.collect() as lines:
        for _ in range(500):
            logging.getLogger("apprise").error("again")
    assert len(lines) == 50
