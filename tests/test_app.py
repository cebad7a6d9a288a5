"""The wiring around a configuration: what is kept of a fault, and that a failed change leaves everything as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import App, build
from monitor.errors import Fault, StorageError
from monitor.pipeline.agree import CONFIG_STATUS
from monitor.settings import Polling, Rule, Stories
from tests.support.world import DESK, config, feed

TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    app = build(config(tmp_path, channels=(replace(DESK, notices=True),)))
    await app.start()
    yield app
    await app.close()


async def test_a_secret_that_was_pasted_into_the_wrong_key_is_not_kept(app: App) -> None:
    await app.config_refused((Fault(message=f'rate: "tgram://{TOKEN}/1" is not a rate'),))
    kept = app.store.read(lambda tx: tx.meta.get(CONFIG_STATUS))
    (notice,) = app.store.read(lambda tx: tx.notices.newest())
    for text in (kept, notice.body):
        assert "لا يصلح معدل إرسال" in text
        assert TOKEN not in text


async def test_what_is_wrong_with_a_file_that_names_no_language_is_told_in_that_of_the_former_one(app: App) -> None:
    assert app.config.language == "ar"
    hint = "to watch nothing, stop the monitor"
    await app.config_refused((Fault(message="the file is empty; that is not taken over", hint=hint),))
    (notice,) = app.store.read(lambda tx: tx.notices.newest())
    assert "الملف فارغ فلم يؤخذ به؛ إن أردت ألا يراقَب شيء فأوقف البرنامج" in notice.body


async def test_a_change_that_cannot_be_written_down_changes_nothing(app: App) -> None:
    line, fetcher = app.line, app._fetcher
    new = replace(
        app.config,
        feeds=(feed("delta"),),
        rules=(Rule(name="gold", any=("الذهب",)),),
        polling=Polling(timeout=timedelta(seconds=3)),
        stories=Stories(window=timedelta(hours=1)),
    )
    writer = app.store.write_sync(lambda tx: tx.connection)
    writer.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError):
        await app.apply(new)
    assert app.line is line
    assert app._fetcher is fetcher
    writer.execute("PRAGMA query_only = OFF")
    assert app.store.read(lambda tx: tx.feeds.due(app.clock())) == ["alpha", "beta", "gamma"]

    await app.apply(new)
    assert app.config == new
    assert app._fetcher is not fetcher
    assert await app.due() == ["delta"]
