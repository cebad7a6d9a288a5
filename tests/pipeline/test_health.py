"""The proof of life and the word on unusual silence, from real rows: monitor.pipeline.health."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.errors import Fault
from monitor.model import Severity
from monitor.pipeline.health import tell_life, tell_quiet, tell_refused
from monitor.settings import Channel, Secret
from tests.support.world import DESK, NOW, World, config, item

NOTICES = Channel(name="ops", url=Secret("terminal://"), notices=True, min_severity=Severity.URGENT)

HEADLINES = (
    "إعادة فتح معبر رفح أمام المسافرين",
    "عائلات تنزح من رفح ليلا",
    "مستشفى رفح الميداني يتسلم أدوية",
    "انقطاع الكهرباء عن أحياء رفح",
    "صيادو رفح يعودون إلى البحر",
    "مدارس رفح تستأنف الدروس",
    "أمطار غزيرة تغرق خيام رفح",
    "بلدية رفح تبدأ إزالة الركام",
    "افتتاح مخبز جديد في رفح",
    "أسواق رفح تشهد ارتفاع الأسعار",
    "حملة تطعيم لأطفال رفح",
    "مزارعون في رفح يحصدون القمح",
)


def notices(world: World) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in world.rows("SELECT channel, subject || char(10) || body FROM notices")]


@pytest.mark.parametrize(("channels", "hears"), [((DESK,), ["desk"]), ((DESK, NOTICES), ["ops"])])
def test_proof_of_life_carries_the_days_figures(
    tmp_path: Path, channels: tuple[Channel, ...], hears: list[str]
) -> None:
    with World(config(tmp_path, channels=channels)) as world:
        world.publish("alpha", item("قصف عنيف على رفح", key="1"), item("أسعار الذهب اليوم", key="2"))
        world.later(hours=1)
        world.store.write_sync(tell_life, world.line.config, world.now)
        world.store.write_sync(tell_life, world.line.config, world.now)
        told = notices(world)
    assert [channel for channel, _ in told] == hears
    assert "المصادر: 3 من 3 تعمل" in told[0][1]
    assert "الأخبار 2، القصص 2، التنبيهات 1" in told[0][1]


def test_proof_of_life_in_english(tmp_path: Path) -> None:
    with World(config(tmp_path, channels=(replace(DESK, language="en"),))) as world:
        world.store.write_sync(tell_life, world.line.config, NOW)
        assert "Feeds: 3 of 3 answer" in notices(world)[0][1]


def test_rule_and_feed_that_fall_silent_are_pointed_out_once(tmp_path: Path) -> None:
    with World(config(tmp_path, channels=(NOTICES,))) as world:
        for number, headline in enumerate(HEADLINES):
            world.publish("alpha", item(headline, at=world.now, key=f"k{number}"))
            world.later(hours=3)
        assert world.store.write_sync(tell_quiet, world.line.config, world.now) == ()
        world.later(days=3)
        assert set(world.store.write_sync(tell_quiet, world.line.config, world.now)) == {"rule rafah", "feed alpha"}
        world.later(hours=1)
        assert world.store.write_sync(tell_quiet, world.line.config, world.now) == ()
        words = "\n".join(text for _, text in notices(world))
    assert "هدوء غير معتاد (العدد: 2)" in words
    assert "monitor feeds test alpha" in words


def test_silence_is_spoken_of_once_a_day_at_most_and_ever_more_rarely(tmp_path: Path) -> None:
    with World(config(tmp_path, channels=(NOTICES,))) as world:
        for number, headline in enumerate(HEADLINES):
            world.publish("alpha", item(headline, at=world.now, key=f"k{number}"))
            world.publish("beta", item(f"أسعار الذهب والعملات {number}", at=world.now, key=f"b{number}"))
            world.later(hours=3)
        told = []
        for _ in range(24 * 20):
            world.later(hours=1)
            if world.store.write_sync(tell_quiet, world.line.config, world.now):
                told.append(world.now)
        each = world.value("SELECT count(*) FROM notices")
    gaps = [later - earlier for earlier, later in pairwise(told)]
    assert min(gaps) >= timedelta(days=1)
    assert each == len(told) <= 7
    assert gaps[-1] >= timedelta(days=4)


def test_silence_is_not_spoken_of_without_a_channel_for_notices(tmp_path: Path) -> None:
    with World(config(tmp_path)) as world:
        for number in range(15):
            world.publish("alpha", item(f"خبر {number} عن رفح", at=world.now, key=f"k{number}"))
            world.later(hours=1)
        world.later(days=4)
        assert world.store.write_sync(tell_quiet, world.line.config, world.now) == ()
        assert world.now > NOW + timedelta(days=4)


def test_faulty_configuration_is_told_once_to_who_hears_of_the_monitor(tmp_path: Path) -> None:
    faults = [Fault(message='unknown key "evry"', hint='write "every"', path="config.toml", line=3, column=1)]
    with World(config(tmp_path, channels=(DESK, NOTICES))) as world:
        queued = [world.store.write_sync(tell_refused, world.line.config, faults, NOW) for _ in range(2)]
        assert queued == [1, 0]
        assert world.store.write_sync(tell_refused, world.line.config, [Fault(message="another fault")], NOW) == 1
        channel, words = notices(world)[0]
    assert channel == "ops"
    assert "إعدادات مرفوضة" in words
    assert 'write "every"' in words
