"""What one table says about another: names that must be unique or must exist, keys that exclude each other. Pure.

It reads raw data, where any value may have the wrong type (that is reported elsewhere), so that one faulty table does
not hide what is wrong in the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.config import values
from monitor.config.document import Document
from monitor.config.nearest import did_you_mean
from monitor.config.positions import Path
from monitor.config.substitution import place_name
from monitor.errors import Fault
from monitor.settings import Polling


def check_references(document: Document) -> list[Fault]:
    """Every fault between tables, in no promised order."""
    data = document.data
    return [
        *_duplicates(document),
        *_rule_shapes(document),
        *_rule_feeds(document),
        *_names(document, "rules", "channels", set(names_of(data, "channels"))),
        *_fallbacks(document),
        *_polling(document),
        *_feed_intervals(document),
    ]


def names_of(data: dict[str, Any], key: str) -> list[str]:
    """The names given in a list of tables, in order."""
    return [name for _, table in tables_of(data, key) if isinstance(name := table.get("name"), str)]


def tables_of(data: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of a list with their indexes; whatever is no table is left out."""
    found = data.get(key)
    for index, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield index, table


def _fault(document: Document, path: Path, message: str, hint: str, *, key: bool = False) -> Fault:
    return document.fault(message, hint, path, where=place_name(document.data, path), key=key)


def _duplicates(document: Document) -> Iterator[Fault]:
    for key in ("feeds", "rules", "channels"):
        first: dict[str, int] = {}
        for index, table in tables_of(document.data, key):
            name = table.get("name")
            if not isinstance(name, str):
                continue
            if name in first:
                line, _ = document.places.of_value((key, first[name], "name"))
                message = f'name: "{name}" is already the name of {key}[{first[name] + 1}] (line {line})'
                yield _fault(document, (key, index, "name"), message, "give each its own name")
            first.setdefault(name, index)


def _rule_shapes(document: Document) -> Iterator[Fault]:
    for index, rule in tables_of(document.data, "rules"):
        lists = [key for key in ("any", "all", "none") if rule.get(key)]
        query = rule.get("query")
        if query and lists:
            hint = f"write everything in the query, or leave the query out and keep {', '.join(lists)}"
            yield _fault(document, ("rules", index, "query"), f"query stands beside {', '.join(lists)}", hint, key=True)
        elif not query and not lists:
            yield _fault(document, ("rules", index, "any"), "this rule has no terms", 'add any = ["…"]', key=True)
        elif lists == ["none"]:
            hint = 'add any = ["…"], or query = "* AND NOT …" for everything else'
            yield _fault(document, ("rules", index, "none"), "none alone finds nothing", hint, key=True)


def _rule_feeds(document: Document) -> Iterator[Fault]:
    names = set(names_of(document.data, "feeds"))
    tags = {
        tag
        for _, feed in tables_of(document.data, "feeds")
        for tag in (feed["tags"] if isinstance(feed.get("tags"), list) else [])
        if isinstance(tag, str)
    }
    for index, rule in tables_of(document.data, "rules"):
        for place, wanted in _elements(rule.get("feeds")):
            path: Path = ("rules", index, "feeds", place)
            if wanted.startswith("#"):
                if wanted[1:] not in tags:
                    yield _unknown_tag(document, path, wanted, tags)
            elif wanted not in names:
                yield _unknown_name(document, path, wanted, names, tags)


def _unknown_tag(document: Document, path: Path, wanted: str, tags: set[str]) -> Fault:
    guess = did_you_mean(wanted[1:], tags)
    known = ", ".join(f"#{tag}" for tag in sorted(tags)[:8]) or "none so far"
    hint = f'write "#{guess}"' if guess else f"add the tag to a feed; tags there are: {known}"
    return _fault(document, path, f'feeds: no feed has the tag "{wanted}"', hint)


def _unknown_name(document: Document, path: Path, wanted: str, names: set[str], tags: set[str]) -> Fault:
    guess = did_you_mean(wanted, names)
    if guess:
        hint = f'write "{guess}"'
    elif wanted in tags or did_you_mean(wanted, tags):
        hint = f'write "#{did_you_mean(wanted, tags)}" for the tag'
    else:
        hint = "write the name of a feed as it stands under [[feeds]]"
    return _fault(document, path, f'feeds: no feed is named "{wanted}"', hint)


def _names(document: Document, table: str, key: str, known: set[str]) -> Iterator[Fault]:
    for index, row in tables_of(document.data, table):
        for place, wanted in _elements(row.get(key)):
            if wanted not in known:
                yield _fault(document, (table, index, key, place), *_no_channel(key, wanted, known))


def _no_channel(key: str, wanted: str, known: set[str]) -> tuple[str, str]:
    guess = did_you_mean(wanted, known)
    listed = ", ".join(f'"{name}"' for name in sorted(known)[:8])
    hint = f'write "{guess}"' if guess else f"channels there are: {listed}" if listed else "add a [[channels]] table"
    return f'{key}: no channel is named "{wanted}"', hint


def _fallbacks(document: Document) -> Iterator[Fault]:
    known = set(names_of(document.data, "channels"))
    for index, channel in tables_of(document.data, "channels"):
        wanted = channel.get("fallback")
        path: Path = ("channels", index, "fallback")
        if isinstance(wanted, str) and wanted == channel.get("name"):
            yield _fault(document, path, "fallback: a channel cannot take over from itself", "name another channel")
        elif isinstance(wanted, str) and wanted not in known:
            yield _fault(document, path, *_no_channel("fallback", wanted, known))


def _polling(document: Document) -> Iterator[Fault]:
    given = document.data.get("polling")
    if not isinstance(given, dict):
        return
    shortest, longest = (_duration(given.get(key), getattr(Polling(), key)) for key in ("min", "max"))
    if shortest is None or longest is None:
        return
    if shortest > longest:
        key = "min" if "min" in given else "max"
        message = f"min ({values.format_duration(shortest)}) is longer than max ({values.format_duration(longest)})"
        yield _fault(document, ("polling", key), message, "swap them")
        return
    every = _duration(given.get("every"), None)
    if every is not None and not shortest <= every <= longest:
        span = f'from "{values.format_duration(shortest)}" (min) to "{values.format_duration(longest)}" (max)'
        message = f"every ({values.format_duration(every)}) lies outside min and max"
        yield _fault(document, ("polling", "every"), message, f"write a time {span}")


def _feed_intervals(document: Document) -> Iterator[Fault]:
    polling = document.data.get("polling")
    given = polling if isinstance(polling, dict) else {}
    shortest, longest = (_duration(given.get(key), getattr(Polling(), key)) for key in ("min", "max"))
    for index, feed in tables_of(document.data, "feeds"):
        every = _duration(feed.get("every"), None)
        if every is None or shortest is None or longest is None or shortest <= every <= longest:
            continue
        message = f"every ({values.format_duration(every)}) lies outside polling's min and max"
        hint = f'write a time from "{values.format_duration(shortest)}" to "{values.format_duration(longest)}"'
        yield _fault(document, ("feeds", index, "every"), message, hint)


def _duration(value: object, default: Any) -> Any:
    if value is None:
        return default
    try:
        return values.duration(value)
    except values.NotationError:
        return None


def _elements(value: object) -> Iterator[tuple[int, str]]:
    for place, element in enumerate(value if isinstance(value, list) else []):
        if isinstance(element, str):
            yield place, element
