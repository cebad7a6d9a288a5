"""Edits of config.toml that keep its comments and layout: rules and feeds added, changed, removed. tomlkit's only home.

Every edit is checked whole before it is written, written atomically, and the former version is kept beside the file as
`config.toml.bak`. A faulty file is not edited: the edit would hide whose fault it is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from monitor.config import document as documents
from monitor.config import tables
from monitor.config.load import Loaded, load, load_text
from monitor.config.nearest import did_you_mean
from monitor.errors import MonitorError
from monitor.settings import Feed

Change = Callable[[str], str]
_RULE_KEYS = ("name", "label", "any", "all", "none", "query", "feeds", "severity", "channels", "widen")
_ONE_LINE = 90


def edit(path: Path, change: Change) -> Loaded:
    """Apply `change` to the text of the file, if what comes out is valid; gives the new configuration.

    Raises:
        ConfigError: the file is faulty as it stands, or would be after the change; nothing was written.
        MonitorError: the change does not apply, or the file cannot be written.
    """
    load(path)
    after = change(documents.read(path).text)
    loaded = load_text(after, path)
    write(path, after)
    return loaded


def add_rule(fields: Mapping[str, Any]) -> Change:
    """A change that adds a [[rules]] table with these keys, behind the last one."""

    def change(text: str) -> str:
        if fields["name"] in _names(tomlkit.parse(text), "rules"):
            raise MonitorError(
                f'there is a rule "{fields["name"]}" already', hint='change it with "monitor rules edit"'
            )
        return tables.append(text, "rules", [_block({key: fields.get(key) for key in _RULE_KEYS})])

    return change


def edit_rule(
    name: str,
    *,
    fields: Mapping[str, Any],
    add: Mapping[str, Iterable[str]] | None = None,
    remove: Mapping[str, Iterable[str]] | None = None,
) -> Change:
    """A change of a rule: keys set (to None: taken out), and values added to or removed from its lists."""

    def change(text: str) -> str:
        index = _index(tomlkit.parse(text), "rules", name)
        for key, values in (remove or {}).items():
            text = _in_rule(text, index, partial(_remove_values, key=key, values=values, name=name))
        for key, values in (add or {}).items():
            text = _with_values(text, index, key, list(values))
        for key, value in fields.items():
            text = _with_key(text, index, key, value)
        return text

    return change


def remove_rule(name: str) -> Change:
    """A change that takes a rule out."""
    return lambda text: tables.remove(text, "rules", _index(tomlkit.parse(text), "rules", name))


def feed_fault(feed: Feed) -> str:
    """Why a feed from elsewhere (an OPML file) cannot stand in config.toml, in words; "" where it can."""
    from pydantic import ValidationError

    from monitor.config.schema import FeedTable

    if any("${" in text for text in (feed.name, feed.url, *feed.tags)):
        return 'it holds "${", which stands for a variable in config.toml'
    try:
        FeedTable.model_validate({"name": feed.name, "url": feed.url, "tags": feed.tags})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{first['loc'][0]}: {first.get('ctx', {}).get('said') or first['msg']}"
    return ""


def add_feeds(feeds: Iterable[Feed]) -> Change:
    """A change that adds [[feeds]] tables behind the last one."""
    blocks = [_block({"name": feed.name, "url": feed.url, "tags": list(feed.tags)}) for feed in feeds]
    return lambda text: tables.append(text, "feeds", blocks)


def remove_feed(name: str) -> Change:
    """A change that takes a feed out, also from the lists of rules that name it; a rule left with none is refused."""

    def change(text: str) -> str:
        written = tomlkit.parse(text)
        index = _index(written, "feeds", name)
        naming = [rule for rule in _tables(written, "rules") if name in rule.get("feeds", ())]
        for rule in naming:
            if len(rule["feeds"]) == 1:
                hint = f'change that first: "monitor rules edit {rule["name"]} --feed …"'
                raise MonitorError(f'the rule "{rule["name"]}" reads only this feed', hint=hint)
            _remove_values(rule, "feeds", [name], str(rule["name"]))
        return tables.remove(tomlkit.dumps(written) if naming else text, "feeds", index)

    return change


def former(path: Path) -> Path:
    """Where the version before the last edit of a configuration is kept; beside the file itself, not beside a link."""
    target = path.resolve()
    return target.with_name(f"{target.name}.bak")


def write(path: Path, text: str) -> None:
    """Put `text` in the place of the file, whole or not at all, and keep the former version beside it.

    A symbolic link stays one; the file keeps its mode.

    Raises:
        MonitorError: it cannot be written.
    """
    target = path.resolve()
    try:
        before = target.read_bytes()
        mode = target.stat().st_mode & 0o777
        _replace(former(path), before, mode)
        line_end = b"\r\n" if b"\r\n" in before else b"\n"
        _replace(target, text.encode().replace(b"\n", line_end), mode)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MonitorError(f"cannot write {target}: {reason}", hint="nothing was changed") from error


def _replace(target: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _tables(written: tomlkit.TOMLDocument, key: str) -> list[Table]:
    return list(written.get(key, []))


def _names(written: tomlkit.TOMLDocument, key: str) -> list[str]:
    return [str(table["name"]) for table in _tables(written, key)]


def _index(written: tomlkit.TOMLDocument, key: str, name: str) -> int:
    names = _names(written, key)
    if name not in names:
        guess = did_you_mean(name, names)
        kind = key.removesuffix("s")
        hint = f'did you mean "{guess}"?' if guess else f'see "monitor {key} list"'
        raise MonitorError(f'there is no {kind} "{name}" in the configuration', hint=hint)
    return names.index(name)


def _in_rule(text: str, index: int, change: Callable[[Table], None]) -> str:
    written = tomlkit.parse(text)
    change(_tables(written, "rules")[index])
    return tomlkit.dumps(written)


def _with_key(text: str, index: int, key: str, value: Any) -> str:
    """The text with a key of a rule set, or taken out where `value` is None."""

    def change(table: Table) -> None:
        if value is None:
            table.pop(key, None)
        else:
            table[key] = _value(value)

    if value is None or key in _tables(tomlkit.parse(text), "rules")[index]:
        return _in_rule(text, index, change)
    return tables.insert_key(text, "rules", index, _block({key: value}))


def _with_values(text: str, index: int, key: str, values: list[str]) -> str:
    """The text with values added to a list of a rule."""

    def change(table: Table) -> None:
        present = table[key]
        for value in values:
            if value not in present:
                present.append(value)

    if key in _tables(tomlkit.parse(text), "rules")[index]:
        return _in_rule(text, index, change)
    return tables.insert_key(text, "rules", index, _block({key: values}))


def _block(fields: Mapping[str, Any]) -> str:
    """The keys of a table as lines; empty ones are left out."""
    table = tomlkit.document()
    for key, value in fields.items():
        if value not in (None, "", (), [], False):
            table.add(key, _value(value))
    return tomlkit.dumps(table)


def _value(value: Any) -> Any:
    """A list of texts on one line where it fits, else one value a line."""
    if not isinstance(value, list | tuple):
        return value
    array = tomlkit.array()
    array.extend(value)
    return array.multiline(sum(len(text) + 4 for text in value) > _ONE_LINE)


def _remove_values(table: Table, key: str, values: Iterable[str], name: str) -> None:
    present = table.get(key, [])
    for value in values:
        if value not in present:
            guess = did_you_mean(value, [str(one) for one in present])
            hint = f'did you mean "{guess}"?' if guess else f"it has: {', '.join(present) or 'none'}"
            raise MonitorError(f'{key} of "{name}" has no "{value}"', hint=hint)
        present.remove(value)
    if key in table and not present:
        table.pop(key)
