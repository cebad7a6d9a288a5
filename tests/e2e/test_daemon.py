"""The daemon as a process, with real feeds, a real mail server and a Bot API on loopback."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bot_api import Fault
from tests.support.feed_server import Reply
from tests.support.newsroom import TOKEN, News, Newsroom, newsroom, rss

OLD = News(guid="old", title="اجتماع اعتيادي للمجلس البلدي", summary="ناقش المجلس جدول أعماله.")
TRUCE = News(
    guid="g1",
    title="إعلان هدنة <إنسانية> & ترحيب أممي",
    summary='قال المتحدث: "تبدأ الهدنة عند الساعة 7 صباحا & تستمر < 3 أيام".',
    link="https://news.example/a?x=1&y=2",
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path) as room:
        room.publish("/a", OLD)
        yield room


def test_an_item_becomes_one_message_on_each_channel(room: Newsroom) -> None:
    room.configure("/a")
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        room.publish("/a", TRUCE)
        room.telegram.wait_for(1, 20)
        room.mail.wait_for(1, 20)

        (text,) = room.telegram.texts()
        assert "وقف إطلاق النار" in text
        assert "إعلان هدنة <إنسانية> & ترحيب أممي" in text.replace("«", "").replace("»", "")
        mail = room.mail.mails[0]
        assert "هدنة" in str(mail["Subject"])
        html = mail.get_body(("html",))
        plain = mail.get_body(("plain",))
        assert html is not None
        assert plain is not None
        assert 'dir="rtl"' in html.get_content()
        assert "<إنسانية>" not in html.get_content()
        assert "https://news.example/a?x=1&y=2" in plain.get_content()

        # The same again under another guid and address, and once more in another outlet's feed: nobody is told twice.
        polled = len(daemon.all("feed_polled", status="new"))
        room.publish("/a", News(guid="g2", title=TRUCE.title, summary=TRUCE.summary, link="https://news.example/b"))
        daemon.until(
            lambda: len(daemon.all("feed_polled")) > polled + 2 and len(room.feeds.asked("/a")) > 5, "more polls"
        )
        code, took = daemon.stop()
        assert (code, took < 10) == (0, True)

    with room.daemon() as again:
        again.wait_for("daemon_started")
        asked = len(room.feeds.asked("/a"))
        room.feeds.wait_for("/a", count=asked + 2, seconds=20)
        assert "if-none-match" in room.feeds.asked("/a")[-1].headers
        again.stop()
    assert len(room.telegram.seen) == 1
    assert len(room.mail.mails) == 1
    text = json.dumps([*daemon.records, *again.records], ensure_ascii=False) + "".join(daemon.noise + again.noise)
    assert TOKEN not in text, "the bot token stands in the log"
    assert not daemon.all("tick_failed")


def test_what_was_committed_and_not_sent_is_sent_after_kill_9(room: Newsroom) -> None:
    room.configure("/a")
    room.telegram.fail(Fault(how="hang"))
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        room.publish("/a", TRUCE)
        daemon.until(lambda: room.telegram.requests > 0, "a send in hand")
        daemon.kill()
    assert room.telegram.seen == []
    with room.daemon() as again:
        room.telegram.wait_for(1, 30)
        again.stop()
    assert len(room.telegram.seen) == 1


def test_a_second_daemon_on_one_state_says_so_and_exits_1(room: Newsroom) -> None:
    room.configure("/a", channels='[[channels]]\nname = "t"\nurl = "terminal://"\n')
    with room.daemon() as daemon:
        daemon.wait_for("daemon_started")
        with room.daemon() as second:
            assert second.wait() == 1
            assert any(f"process {daemon.pid}" in line for line in second.noise)
        assert daemon.stop()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_ends_within_ten_seconds_whatever_hangs(room: Newsroom, number: signal.Signals) -> None:
    room.feeds.script("/hang", Reply(hang="before"))
    room.configure("/a", "/hang")
    room.telegram.fail(Fault(how="hang"))
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        room.publish("/a", TRUCE)
        daemon.until(lambda: room.telegram.requests > 0, "a send in hand")
        daemon.signal(number)
        assert daemon.wait(10) == 0


def test_no_network_is_said_once_and_its_return_once(room: Newsroom) -> None:
    room.configure("/a", "/b", "/c", channels='[[channels]]\nname = "t"\nurl = "terminal://"\n')
    port = room.feeds.port
    room.feeds.close()
    with room.daemon() as daemon:
        daemon.wait_for("network_down")
        daemon.wait_for("feed_polled", status="connect", count=8)
        assert len(daemon.all("network_down")) == 1
        with type(room.feeds)(port=port) as back:
            for path in ("/a", "/b", "/c"):
                back.serve(path, rss([OLD]))
            daemon.wait_for("network_up", seconds=30)
            daemon.wait_for("feed_polled", http_status=200, count=3)
        assert len(daemon.all("network_up")) == 1
        daemon.stop()


def test_editing_the_rules_while_it_runs(room: Newsroom) -> None:
    room.configure("/a")
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        good = room.config.read_text("utf-8")
        room.config.write_text(good.replace('"هدنة"', '"هدنة'), "utf-8")
        refused = daemon.wait_for("config_refused", seconds=3)
        assert "config.toml" in refused["faults"][0]
        room.publish("/a", TRUCE)  # the old rules go on
        room.telegram.wait_for(1, 20)

        room.config.write_text(good.replace('"هدنة"', '"هدنة", "مجلس الأمن"'), "utf-8")
        applied = daemon.wait_for("config_applied", seconds=3)
        assert "مجلس الأمن" in str(applied["changes"])
        room.publish("/a", News(guid="g7", title="مجلس الأمن يعقد جلسة طارئة مساء اليوم", summary="تبحث الجلسة الوضع."))
        room.telegram.wait_for(2, 20)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("config_applied", count=2, seconds=3)
        daemon.stop()
