from __future__ import annotations

from dataclasses import replace

from monitor.feeds.known import MAX_GUID, item_keys, keys_of
from monitor.outcomes import ParsedItem

ITEM = ParsedItem(title="الهُدنة في غزّة", summary="نص", guid=" 7 ", link="http://www.a.example/7?utm_source=x")


def test_keys_are_folded_and_canonical() -> None:
    keys = item_keys(ITEM)
    assert (keys.guid, keys.link_key) == ("7", "https://a.example/7")
    assert keys.title_key == item_keys(replace(ITEM, title="الهدنة  في غزة")).title_key


def test_the_content_hash_changes_with_words_and_not_with_marks() -> None:
    assert item_keys(ITEM).content_hash == item_keys(replace(ITEM, title="الهدنة في غزة", summary="نصّ")).content_hash
    assert item_keys(ITEM).content_hash != item_keys(replace(ITEM, summary="نص آخر")).content_hash
    assert item_keys(ITEM).content_hash != item_keys(replace(ITEM, title="الهدنة في غزة نص", summary="")).content_hash


def test_endless_guids_become_digests() -> None:
    long = item_keys(replace(ITEM, guid="x" * 5_000)).guid
    assert len(long) < MAX_GUID
    assert long != item_keys(replace(ITEM, guid="x" * 5_001)).guid


def test_the_store_is_asked_for_every_key_there_is() -> None:
    lookup = keys_of([ITEM, ParsedItem(title="")])
    assert lookup.guids == {"7"}
    assert lookup.link_keys == {"https://a.example/7"}
    assert len(lookup.title_keys) == 1
