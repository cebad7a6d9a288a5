"""Each reader of a single field: what it takes, and that it says what to write instead of what it does not take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.config import readers
from monitor.config.values import NotationError

TAKEN: list[tuple[Callable[[object], object], object, object]] = [
    (readers.name, "الجزيرة نت", "الجزيرة نت"),
    (readers.tag, "gaza", "gaza"),
    (readers.feed_url, "https://outlet.example/rss?x=1", "https://outlet.example/rss?x=1"),
    (readers.proxy, "socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080"),
    (readers.proxy, "${PROXY}", "${PROXY}"),
    (readers.channel_url, "tgram://${TOKEN}/${CHAT}", "tgram://${TOKEN}/${CHAT}"),
    (readers.user_agent, " reader/1.0 ", "reader/1.0"),
    (readers.encoding, "Windows-1256", "cp1256"),
    (readers.zone, "Asia/Gaza", "Asia/Gaza"),
    (readers.headers, {"Authorization": "Bearer x"}, {"Authorization": "Bearer x"}),
    (readers.max_age, "off", None),
    (readers.max_age, "2d", timedelta(days=2)),
    (readers.cron, " 0  9 * * * ", "0 9 * * *"),
    (readers.filled_text, "x", "x"),
    (readers.flag, False, False),
    (readers.whole(1, 9), 9, 9),
    (readers.one_of("en", "ar"), "ar", "ar"),
    (readers.many(readers.tag), ["a", "b"], ("a", "b")),
]


@pytest.mark.parametrize(("read", "given", "value"), TAKEN, ids=lambda one: getattr(one, "__name__", str(one))[:30])
def test_a_sound_value_is_taken(read: Callable[[object], object], given: object, value: object) -> None:
    assert read(given) == value


REFUSED: list[tuple[Callable[[object], object], object, str, str]] = [
    (readers.name, 7, "not a text", "quotes"),
    (readers.name, "  ", "empty", "name"),
    (readers.name, " رفح", "space", '"رفح"'),
    (readers.name, "a\nb", "line break", "one line"),
    (readers.name, "x" * 101, "longer", "shorten"),
    (readers.name, "#a", "tags", '"a"'),
    (readers.tag, "#gaza", "without", '"gaza"'),
    (readers.tag, "two words", "one word", '"-"'),
    (readers.feed_url, "outlet.example/rss", "beginning", "https://"),
    (readers.feed_url, "ftp://outlet.example/", "http://", "https://"),
    (readers.feed_url, "https://u:p@outlet.example/", "password", "Authorization"),
    (readers.feed_url, "https:///rss", "no host", "https://"),
    (readers.feed_url, "https://outlet.example:port/", "not an address", "https://"),
    (readers.feed_url, "https://outlet.example/a b", "space", "%20"),
    (readers.proxy, "ftp://127.0.0.1", "proxy", "socks5"),
    (readers.channel_url, "telegram", "channel", "tgram://"),
    (readers.channel_url, "tgram://a\nb", "line break", "one line"),
    (readers.user_agent, " ", "empty", "leave"),
    (readers.user_agent, "قارئ", "Latin", "remove"),
    (readers.encoding, "arabic-ish", "encoding", "windows-1256"),
    (readers.zone, "Asia/Gazza", "time zone", "Asia/Gaza"),
    (readers.headers, "Authorization", "table", "headers ="),
    (readers.headers, {"X": "a\nb"}, '"X"', "one line"),
    (readers.headers, {"bad name": "x"}, "name of a header", "hyphens"),
    (readers.headers, {"User-Agent": "x"}, "set by the program", "user_agent"),
    (readers.headers, {"Host": "x"}, "set by the program", "remove"),
    (readers.max_age, "never", "", ""),
    (readers.cron, "every morning", "", ""),
    (readers.filled_text, "", "empty", "leave"),
    (readers.flag, "true", "true or false", "quotes"),
    (readers.whole(1, 9), 10, "from 1 to 9", "1"),
    (readers.whole(1, 9), True, "whole number", "1"),
    (readers.one_of("en", "ar"), "fr", "en, ar", '"en"'),
    (readers.many(readers.tag), "a", "list", "["),
]


@pytest.mark.parametrize(
    ("read", "given", "fault", "hint"), REFUSED, ids=lambda one: getattr(one, "__name__", str(one))[:30]
)
def test_a_faulty_value_is_told_with_what_to_write(
    read: Callable[[object], object], given: object, fault: str, hint: str
) -> None:
    with pytest.raises(NotationError) as refusal:
        read(given)
    assert refusal.value.message
    assert refusal.value.hint
    assert fault in refusal.value.message
    assert hint in refusal.value.hint
