"""Recordings down the whole line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.pipeline.recording import Recorded, Unreadable, read_line
from monitor.pipeline.replay import replay
from tests.support.world import NOW, config

TRUCE_TITLE = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"


def run(folder: Path, *records: dict[str, Any] | str) -> list[dict[str, Any]]:
    lines: Iterable[str] = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records)
    return list(replay(lines, config(folder), start=NOW, scratch=folder))


def record(number: int, title: str, *, minutes: float = 0, feed: str = "alpha", **more: Any) -> dict[str, Any]:
    at = NOW + timedelta(minutes=minutes)
    return {"id": number, "feed": feed, "title": title, "published": at.isoformat(), "guid": f"{feed}-{number}", **more}


def test_each_line_gets_its_result_in_order(tmp_path: Path) -> None:
    first, second, third = run(
        tmp_path,
        record(1, TRUCE_TITLE),
        record(2, TRUCE_TITLE, minutes=10, feed="beta"),
        record(3, "أسعار الذهب في الأسواق اليوم", minutes=20),
    )

    assert set(first) == {"id", "status", "story", "role", "matches", "alerts", "reason"}
    assert (first["id"], first["status"], first["role"]) == (1, "fresh", "opens")
    assert [match["rule"] for match in first["matches"]] == ["truce"]
    assert [(alert["rule"], alert["kind"]) for alert in first["alerts"]] == [("truce", "new")]
    assert (second["story"], second["role"], second["alerts"]) == (first["story"], "repeats", [])
    assert "told already" in second["reason"]
    assert (third["matches"], third["alerts"], third["role"]) == ([], [], "opens")
    assert "no rule holds" in third["reason"]


def test_hits_are_slices_of_the_text(tmp_path: Path) -> None:
    (result,) = run(tmp_path, record(1, "قصف على رفح"))
    (hit,) = result["matches"][0]["hits"]
    assert (hit["field"], "قصف على رفح"[hit["start"] : hit["end"]]) == ("title", hit["text"])


def test_same_item_again_is_seen_and_keeps_its_story(tmp_path: Path) -> None:
    first, again = run(tmp_path, record(1, TRUCE_TITLE), record(1, TRUCE_TITLE, minutes=5))
    assert again["status"] == "seen"
    assert again["story"] == first["story"]
    assert again["alerts"] == []


def test_edited_item_is_a_revision(tmp_path: Path) -> None:
    _, edited = run(tmp_path, record(1, "قصف عنيف جنوب القطاع"), record(1, "قصف عنيف جنوب القطاع في رفح", minutes=9))
    assert edited["status"] == "revised"
    assert [alert["kind"] for alert in edited["alerts"]] == ["revised"]


def test_time_of_the_items_is_the_clock(tmp_path: Path) -> None:
    first, next_day, much_later = run(
        tmp_path,
        record(1, TRUCE_TITLE),
        record(2, TRUCE_TITLE, minutes=30, feed="beta"),
        record(3, TRUCE_TITLE, minutes=60 * 24 * 8, feed="gamma"),
    )
    assert next_day["story"] == first["story"]
    assert much_later["story"] != first["story"]
    assert len(much_later["alerts"]) == 1


def test_item_that_comes_days_late_is_old(tmp_path: Path) -> None:
    _, late = run(tmp_path, record(1, "أسعار الذهب"), record(2, "قصف على رفح", minutes=-60 * 24 * 5))
    assert (late["status"], late["alerts"]) == ("old", [])


def test_lines_lacking_fields_are_taken_as_they_are(tmp_path: Path) -> None:
    results = run(tmp_path, {"title": "قصف على رفح"}, {"id": "x"}, {}, {"id": 5, "summary": "هدنة"})
    assert [one["id"] for one in results] == [None, "x", None, 5]
    assert len(results[0]["alerts"]) == 1
    assert len(results[3]["alerts"]) == 1


def test_other_names_of_fields_are_understood(tmp_path: Path) -> None:
    first, second = run(
        tmp_path,
        {"id": "n1", "outlet": "outlet-1", "date": "2026-11-20", "title": TRUCE_TITLE, "text": "تفاصيل الاتفاق"},
        {"id": "n2", "outlet": "outlet-2", "date": "2026-11-20", "title": TRUCE_TITLE, "text": "تفاصيل الاتفاق"},
    )
    assert second["story"] == first["story"]
    assert second["role"] == "repeats"


def test_line_that_is_no_item_gets_an_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    results = run(tmp_path, "not json", "", "[1]", record(1, "قصف على رفح"))
    assert [one["status"] for one in results] == ["error", "error", "fresh"]
    assert "JSON" in results[0]["reason"]


def test_unreadable_time_is_said(tmp_path: Path) -> None:
    (result,) = run(tmp_path, {"id": 1, "title": "قصف على رفح", "published": "البارحة"})
    assert "time not understood: البارحة" in result["reason"]
    assert len(result["alerts"]) == 1


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    run(tmp_path, record(1, TRUCE_TITLE))
    assert list(tmp_path.iterdir()) == []


def test_feed_of_the_configuration_keeps_its_rules(tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.support.world import RAFAH

    conf = config(tmp_path, rules=(replace(RAFAH, feeds=("alpha",)),))
    lines = [json.dumps(record(n, f"قصف على رفح {n}", feed=name)) for n, name in enumerate(("alpha", "stranger"))]
    assert [len(one["alerts"]) for one in replay(lines, conf, start=NOW)] == [1, 0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25T12:00:00Z", NOW),
        ("2026-11-25T14:00:00+02:00", NOW),
        ("2026-11-25T12:00:00", NOW),
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("Wed, 25 Nov 2026 14:00:00 +0200", NOW),
        (NOW.timestamp(), NOW),
        ("9999-12-31T23:59:59-12:00", None),
        ("0001-01-01", None),
        (True, None),
        ("soon", None),
        (1e300, None),
    ],
    ids=str,
)
def test_recorded_times(text: object, moment: datetime | None) -> None:
    read = read_line(json.dumps({"published": text}))
    assert isinstance(read, Recorded)
    assert read.item.published == moment


def test_deeply_nested_line_is_refused() -> None:
    assert isinstance(read_line("[" * 100_000), Unreadable)
