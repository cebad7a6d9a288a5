"""A rule is found in a former configuration as it was typed."""

from __future__ import annotations

import pytest

from monitor.config.history import rule_then

TEXT = """\
language = "ar"
[[rules]]
name = "aid"
any = ["مساعدات"]

[[rules]]
name = "rafah"
any = [
    "رفح",
    "معبر رفح",
]
severity = "urgent"

[[rules]]
name = 'query'
query = 'رفح AND (معبر OR اجتياح)'
"""


def test_a_rule_is_given_as_it_was_typed_one_line_for_each_key() -> None:
    found = rule_then(TEXT, "rafah")
    assert found is not None
    assert found.lines == ('name = "rafah"', 'any = [ "رفح", "معبر رفح", ]', 'severity = "urgent"')
    assert found.table == {"name": "rafah", "any": ["رفح", "معبر رفح"], "severity": "urgent"}


def test_a_query_keeps_its_quotes() -> None:
    found = rule_then(TEXT, "query")
    assert found is not None
    assert found.lines[1] == "query = 'رفح AND (معبر OR اجتياح)'"


@pytest.mark.parametrize("text", ["", TEXT, "[[rules]\n", 'rules = "x"\n', "rules = [1, 2]\n"])
def test_what_is_not_there_is_none(text: str) -> None:
    assert rule_then(text, "another") is None
