"""Items in as JSON lines: monitor.cli.match and monitor.cli.replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import pytest

from tests.support.cli import Desk

ITEMS: list[dict[str, object]] = [
    {"id": "a", "title": "وصول وللمساعدات إلى رفح", "summary": "الهدنة تبدأ غدا"},
    {"id": "b", "title": "رفحاء تستضيف مهرجان التمور", "summary": ""},
    {"id": 3, "title": None},
]


def lines(rows: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_hit_is_a_line_with_offsets_into_the_field_as_given(empty_desk: Desk) -> None:
    done = empty_desk("match", given=lines(ITEMS))
    assert done.exit_code == 0, done.output
    found = read(done.stdout)
    assert [(row["id"], row["rule"], row["field"], row["how"]) for row in found] == [
        ("a", "rafah", "title", "exact"),
        ("a", "truce", "summary", "article"),
    ]
    assert set(found[0]) == {"id", "rule", "term", "field", "start", "end", "text", "how"}
    for row, item in ((found[0], ITEMS[0]["title"]), (found[1], ITEMS[0]["summary"])):
        start, end = row["start"], row["end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        assert str(item)[start:end] == row["text"]


def test_terms_may_be_given_without_a_configuration_of_rules(empty_desk: Desk) -> None:
    done = empty_desk("match", "--term", "مساعدات", given=lines(ITEMS))
    assert [row["text"] for row in read(done.stdout)] == ["وللمساعدات"]


def test_file_of_terms_makes_a_rule_of_each_line(empty_desk: Desk) -> None:
    terms = empty_desk.folder / "terms.txt"
    terms.write_text("رفح\nهدنة\n", "utf-8")
    items = empty_desk.folder / "items.jsonl"
    items.write_text(lines(ITEMS), "utf-8")
    done = empty_desk("match", "--terms", str(terms), str(items))
    assert {row["rule"] for row in read(done.stdout)} == {"رفح", "هدنة"}


def test_line_that_cannot_be_read_is_reported_and_the_others_go_on(empty_desk: Desk) -> None:
    done = empty_desk("match", given="{broken\n[]\n" + lines(ITEMS))
    assert done.exit_code == 1
    assert len(read(done.stdout)) == 2
    assert "line 1" in done.stderr


def test_faulty_term_is_refused(empty_desk: Desk) -> None:
    done = empty_desk("match", "--term", "", given="")
    assert done.exit_code == 2
    assert "empty" in done.output


def test_replay_gives_one_line_for_each_item_in_order(empty_desk: Desk) -> None:
    news = [
        {"id": "1", "feed": "alpha", "title": "قصف على رفح فجر اليوم", "published": "2026-11-25T06:00:00Z"},
        {"id": "2", "feed": "beta", "title": "قصف على رفح فجر اليوم", "published": "2026-11-25T06:10:00Z"},
        {"id": "3", "feed": "gamma", "title": "أسعار الخضار تتراجع في نابلس", "published": "2026-11-25T06:20:00Z"},
    ]
    done = empty_desk("replay", "-", given=lines(news))
    assert done.exit_code == 0, done.output
    found = read(done.stdout)
    assert [set(row) for row in found] == [{"id", "status", "story", "role", "matches", "alerts", "reason"}] * 3
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert [row["role"] for row in found] == ["opens", "repeats", "opens"]
    assert found[0]["story"] == found[1]["story"]
    assert [bool(row["alerts"]) for row in found] == [True, False, False]


@pytest.mark.parametrize("line", ["{}", '{"id": 1}', '{"title": "بلا رقم"}', "null", "{"])
def test_replay_survives_lines_that_lack_fields(empty_desk: Desk, line: str) -> None:
    done = empty_desk("replay", "-", given=line + "\n")
    assert done.exit_code in (0, 1)
    assert "Traceback" not in done.output
