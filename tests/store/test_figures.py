"""Counts for summaries, over a day that went down the real line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.app import build
from monitor.clock import utc_now
from monitor.config.load import load
from monitor.daemon.once import one_pass
from monitor.store.figures import figures, silent_items, unmatched_titles
from tests.support.newsroom import News, newsroom


async def test_a_day_is_counted(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.publish("/a", News(guid="0", title="هدنة قديمة منذ أيام", at=utc_now() - timedelta(hours=3)))
        room.publish("/b")
        room.configure("/a", "/b", channels='[[channels]]\nname = "mail"\nurl = "' + room.mail.url() + '"\n')
        app = build(load(room.config).config)
        await app.start()
        await one_pass(app)
        room.publish("/a", News(guid="1", title="إعلان هدنة في المدينة"), News(guid="2", title="طقس معتدل غدا"))
        await app.poll("صحيفة /a")
        while await app.deliverer.tick():
            await app.deliverer.drain(timedelta(seconds=20))
        since = utc_now() - timedelta(days=1)
        found = app.store.read(figures, since)
        assert (found.feeds, found.items, found.matched, found.alerts, found.told) == (2, 3, 2, 1, 1)
        assert (found.deliveries, found.messages) == ({"sent": 1}, 1)
        (silent,) = app.store.read(silent_items, since)
        assert (silent.status, silent.rule) == ("backlog", "ceasefire")
        assert app.store.read(unmatched_titles, since) == [("صحيفة /a", "طقس معتدل غدا")]
        await app.close()
