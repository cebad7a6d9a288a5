"""A person who edits config.toml all day: valid editions that follow from one another, faults, and ways to save."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

WORDS = ("هدنة", "معبر", "انتخابات", "زلزال", "فيضان", "إضراب", "ميزانية", "مفاوضات", "لقاح", "كهرباء")
COMMENT = "   # one word is enough"
CORE_WORDS = WORDS[:2]
PATHS = ("/core-1", "/core-2", "/extra-1", "/extra-2", "/extra-3", "/extra-4")
CORE_PATHS = PATHS[:2]


@dataclass(frozen=True, slots=True)
class EditedFeed:
    """A feed table; `name` stays when `path` changes."""

    name: str
    path: str
    every: int = 1
    tag: str = "عام"


@dataclass(frozen=True, slots=True)
class EditedRule:
    """A rule of one word. `tag` "": every feed; `channel` "": every channel."""

    word: str
    label: str
    tag: str = ""
    channel: str = ""
    severity: str = "normal"


@dataclass(frozen=True, slots=True)
class Edition:
    """One valid configuration; `number` stands in the label of its first rule, so no two have the same text."""

    number: int
    feeds: tuple[EditedFeed, ...]
    rules: tuple[EditedRule, ...]
    channels: tuple[str, ...] = ("desk", "second")
    language: str = "ar"
    timeout: int = 5
    window: int = 72

    def text(self, url: Callable[[str], str]) -> str:
        """As a person would write it. `url`: the address of a feed's path."""
        feeds = "".join(
            f'[[feeds]]\nname = "{feed.name}"\nurl = "{url(feed.path)}"\n'
            f'every = "{feed.every}s"\ntags = ["{feed.tag}"]\n\n'
            for feed in self.feeds
        )
        rules = "".join(
            f'[[rules]]\nname = "{rule.word}"\nlabel = "{rule.label}"\nany = ["{rule.word}"]{COMMENT}\n'
            f'severity = "{rule.severity}"\n'
            + (f'feeds = ["#{rule.tag}"]\n' if rule.tag else "")
            + (f'channels = ["{rule.channel}"]\n' if rule.channel else "")
            + "\n"
            for rule in self.rules
        )
        channels = "".join(
            f'[[channels]]\nname = "{name}"\nurl = "${{{name.upper()}}}"\nrate = "6000/m"\n\n' for name in self.channels
        )
        return (
            f'language = "{self.language}"\ntimezone = "Asia/Gaza"\nstate = "state"\n\n'
            f'[polling]\nevery = "1s"\nmin = "1s"\nmax = "2s"\ntimeout = "{self.timeout}s"\n'
            "allow_private_addresses = true\n\n"
            f'[stories]\nenabled = false\nwindow = "{self.window}h"\n\n{feeds}{rules}{channels}'
        )

    def reaches(self, path: str, word: str) -> frozenset[str]:
        """The channels that hear of an item with `word` from the feed at `path`."""
        feed = next((feed for feed in self.feeds if feed.path == path), None)
        rule = next((rule for rule in self.rules if rule.word == word), None)
        if feed is None or rule is None or rule.tag not in ("", feed.tag):
            return frozenset()
        return frozenset(name for name in self.channels if rule.channel in ("", name))


FIRST = Edition(
    number=0,
    feeds=tuple(
        EditedFeed(name=f"صحيفة {number}", path=path, tag="خاص" if number == 1 else "عام")
        for number, path in enumerate(PATHS[:4])
    ),
    rules=tuple(EditedRule(word=word, label=f"{word} 0") for word in WORDS[:4]),
)


def next_edition(now: Edition, number: int, chance: random.Random) -> Edition:
    """What the person makes of it next: one change, and the number. Core feeds, rules and one channel always stay."""
    change = chance.choice((_rule_comes_or_goes, _rule_changes, _feed_comes_or_goes, _feed_changes, _channel, _setting))
    edition = change(now, chance)
    first, *others = edition.rules
    return replace(edition, number=number, rules=(replace(first, label=f"{first.word} {number}"), *others))


def _rule_comes_or_goes(now: Edition, chance: random.Random) -> Edition:
    word = chance.choice(WORDS[2:])
    kept = tuple(rule for rule in now.rules if rule.word != word)
    if len(kept) < len(now.rules):
        return replace(now, rules=kept)
    rule = EditedRule(word=word, label=f"{word} {now.number}", tag=chance.choice(("", "عام", "خاص")))
    return replace(now, rules=(*kept, rule))


def _rule_changes(now: Edition, chance: random.Random) -> Edition:
    place = chance.randrange(1, len(now.rules))
    rule = replace(
        now.rules[place],
        severity=chance.choice(("urgent", "normal", "low")),
        channel=chance.choice(("", "desk")),
        label=f"{now.rules[place].word} {now.number}",
    )
    return replace(now, rules=(*now.rules[:place], rule, *now.rules[place + 1 :]))


def _feed_comes_or_goes(now: Edition, chance: random.Random) -> Edition:
    path = chance.choice(PATHS[2:])
    kept = tuple(feed for feed in now.feeds if feed.path != path)
    if len(kept) < len(now.feeds):
        return replace(now, feeds=kept)
    names = {f"صحيفة {number}" for number in range(2, len(PATHS))} - {feed.name for feed in kept}
    return replace(now, feeds=(*kept, EditedFeed(name=min(names), path=path)))


def _feed_changes(now: Edition, chance: random.Random) -> Edition:
    """Another interval, tag, or (the same name on another path) address of a feed that is not core."""
    if len(now.feeds) <= len(CORE_PATHS):
        return now
    place = chance.randrange(len(CORE_PATHS), len(now.feeds))
    free = sorted(set(PATHS) - {feed.path for feed in now.feeds})
    feed = replace(now.feeds[place], every=chance.choice((1, 2)), tag=chance.choice(("عام", "خاص")))
    if free and chance.random() < 0.4:
        feed = replace(feed, path=chance.choice(free))
    return replace(now, feeds=(*now.feeds[:place], feed, *now.feeds[place + 1 :]))


def _channel(now: Edition, _chance: random.Random) -> Edition:
    return replace(now, channels=("desk",) if "second" in now.channels else ("desk", "second"))


def _setting(now: Edition, chance: random.Random) -> Edition:
    language, timeout, window = chance.choice(("ar", "en")), chance.choice((5, 6, 7)), chance.choice((24, 48, 72))
    return replace(now, language=language, timeout=timeout, window=window)


# --- what goes wrong --------------------------------------------------------------------------------------------------

FAULTS: dict[str, Callable[[str], str]] = {
    "the first half": lambda text: text[: text.index('url = "', len(text) // 4) + 7],
    "nothing": lambda _text: "",
    "quote forgotten": lambda text: text.replace('"desk"', '"desk', 1),
    "unknown key": lambda text: text.replace("every =", "evry =", 1),
    "bare number": lambda text: text.replace('timeout = "', 'timeout = 5 # "', 1),
    "variable that is not set": lambda text: text.replace("${DESK}", "${DSK}", 1),
    "channel that is not there": lambda text: text.replace('severity = "', 'channels = ["dsk"]\nseverity = "', 1),
    "query that cannot be read": lambda text: text.replace(f'any = ["{WORDS[0]}"]', "query = 'هدنة AND ('", 1),
}


# --- ways to save -----------------------------------------------------------------------------------------------------


def by_rename(path: Path, text: str) -> None:
    """Most editors: a new file beside it, moved over it."""
    other = path.with_name(".config.toml.new")
    other.write_text(text, "utf-8")
    other.replace(path)


def in_place(path: Path, text: str) -> None:
    """nano and shells: truncate, then write. Through a symlink, if it is one."""
    path.write_text(text, "utf-8")


def in_pieces(path: Path, text: str) -> None:
    """A slow disk: truncate, write the halves one by one."""
    with path.open("w", encoding="utf-8") as file:
        file.flush()
        for piece in (text[: len(text) // 2], text[len(text) // 2 :]):
            file.write(piece)
            file.flush()


def with_backup(path: Path, text: str) -> None:
    """vim: the old file becomes the backup, a new one is written in its place."""
    path.replace(path.with_name("config.toml~"))
    path.write_text(text, "utf-8")


def by_symlink(path: Path, text: str) -> None:
    """A deployment: the version in a folder of its own, the link swapped."""
    folder = path.parent / "versions"
    folder.mkdir(exist_ok=True)
    version = folder / f"{len(list(folder.iterdir()))}.toml"
    version.write_text(text, "utf-8")
    link = path.with_name(".config.toml.link")
    link.symlink_to(version)
    link.replace(path)


SAVES: tuple[Callable[[Path, str], None], ...] = (by_rename, in_place, in_pieces, with_backup, by_symlink)
