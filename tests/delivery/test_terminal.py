"""Printing: colours for a terminal, plain lines for a pipe, a closed terminal is no crash."""

from __future__ import annotations

import io

import pytest

from monitor.alerts.compose.terminal import without_colours
from monitor.delivery.terminal import folded, print_message
from monitor.outcomes import Sent, Temporary
from tests.support.alerts import channel
from tests.support.messages import message_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colours_a_pipe_does_not() -> None:
    message = message_for(channel())
    terminal, pipe = Terminal(), io.StringIO()
    assert isinstance(print_message(terminal, message), Sent)
    assert isinstance(print_message(pipe, message), Sent)
    assert "\x1b[1;31m" in terminal.getvalue()
    assert "\x1b" not in pipe.getvalue()
    assert "«وقف إطلاق النار»" in pipe.getvalue()
    assert pipe.getvalue().endswith("https://www.example.org/news/1?a=1&b=2\n\n")


def test_a_terminal_that_is_gone_may_come_back() -> None:
    gone = io.StringIO()
    gone.close()
    assert isinstance(print_message(gone, message_for(channel())), Temporary)


def test_a_terminal_of_another_encoding_shows_what_it_can() -> None:
    raw = io.BytesIO()
    message = message_for(channel(), title="Rafah هدنة")
    narrow = io.TextIOWrapper(raw, encoding="ascii")
    assert isinstance(print_message(narrow, message), Sent)
    assert b"Rafah" in raw.getvalue()
    assert b"????" in raw.getvalue()
    narrow.close()


@pytest.mark.parametrize("width", [20, 40, 80])
def test_long_lines_are_broken_between_words_and_begin_right_to_left(width: int) -> None:
    line = "\u200f\x1b[1m" + "وافق الطرفان على وقف إطلاق النار في غزة ابتداء من فجر الخميس كما أعلن الوسطاء" + "\x1b[0m"
    pieces = folded(line, width)
    assert all(len(without_colours(piece)) <= width + 1 for piece in pieces)
    assert all(piece.startswith("\u200f") for piece in pieces)
    assert " ".join(piece.removeprefix("\u200f") for piece in pieces) == line.removeprefix("\u200f")


def test_short_line_and_a_long_address_stay_whole() -> None:
    address = "https://outlet.example/" + "a" * 100
    assert folded(address, 40) == [address]
    assert folded("رفح", 40) == ["رفح"]
    assert folded("", 40) == [""]
