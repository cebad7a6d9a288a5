"""A saved configuration is taken over whole or not at all, whatever the editor does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from monitor.daemon.reload import Reloader
from monitor.errors import ConfigError, Fault, StorageError
from monitor.settings import Config, Feed

WITHIN_SECONDS = 2.0


class World:
    """A file whose lines are feed names; the word `faulty` in it is a fault."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.applied: list[tuple[str, ...]] = []
        self.faults: list[str] = []
        self.happened = asyncio.Event()
        self.hold: asyncio.Event | None = None
        self.finished = 0
        self.defects = 0
        self.disk_is_full = False

    def read(self, path: Path) -> Config:
        if not path.is_file():
            raise ConfigError([Fault(message="no such file", path=str(path))])
        lines = path.read_text("utf-8").split()
        if "defect" in lines:
            self.defects += 1
            raise ZeroDivisionError("a defect")
        if "faulty" in lines or not lines:
            raise ConfigError([Fault(message=f"a fault among {len(lines)}", path=str(path), line=1, column=1)])
        feeds = tuple(Feed(name=name, url="https://example.org/feed") for name in lines)
        return Config(path=path, state=path.parent / "state", feeds=feeds)

    async def apply(self, config: Config) -> tuple[str, ...]:
        self.applied.append(tuple(feed.name for feed in config.feeds))
        self.happened.set()
        if self.hold is not None:
            await self.hold.wait()
        self.finished += 1
        return ("something changed",)

    async def refused(self, faults: tuple[Fault, ...]) -> None:
        self.faults.append(faults[0].message)
        self.happened.set()
        if self.disk_is_full:
            raise StorageError("the disk is full")

    async def wait(self) -> None:
        await asyncio.wait_for(self.happened.wait(), WITHIN_SECONDS)
        self.happened.clear()


@pytest.fixture
def world(tmp_path: Path) -> World:
    path = tmp_path / "config.toml"
    path.write_text("a\n", "utf-8")
    return World(path)


@pytest.fixture(autouse=True)
async def reloader(world: World) -> AsyncIterator[Reloader]:
    reloader = Reloader(world.path, read=world.read, apply=world.apply, refused=world.refused)
    reloader.start()
    await asyncio.sleep(0.3)  # the watch has no sign that it stands
    yield reloader
    await reloader.stop()


def rename(path: Path, text: str) -> None:
    other = path.with_suffix(".tmp")
    other.write_text(f"{text}\n", "utf-8")
    other.replace(path)


def truncate(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.flush()
        file.write(f"{text}\n")


def backup_and_write(path: Path, text: str) -> None:
    path.replace(path.with_suffix(".toml~"))
    path.write_text(f"{text}\n", "utf-8")


@pytest.mark.parametrize("save", [rename, truncate, backup_and_write], ids=lambda save: save.__name__)
async def test_a_save_is_applied_within_two_seconds(world: World, save: Callable[[Path, str], None]) -> None:
    save(world.path, "a b")
    await world.wait()
    assert (world.applied, world.faults) == ([("a", "b")], [])


async def test_a_fault_changes_nothing_and_is_told(world: World) -> None:
    rename(world.path, "a faulty c")
    await world.wait()
    assert (world.applied, world.faults) == ([], ["a fault among 3"])
    rename(world.path, "a c")
    await world.wait()
    assert world.applied == [("a", "c")]


async def test_a_file_saved_in_pieces_is_read_once_it_stands_still(world: World) -> None:
    with world.path.open("w", encoding="utf-8") as file:
        for word in ("a", "b", "c"):
            file.write(f"{word} ")
            file.flush()
            await asyncio.sleep(0.05)
    await world.wait()
    assert (world.applied, world.faults) == ([("a", "b", "c")], [])


@pytest.mark.parametrize("first", [None, b"", b"a fau"], ids=["away", "empty", "cut in a line"])
async def test_a_file_that_is_not_finished_is_given_time(world: World, first: bytes | None) -> None:
    if first is None:
        world.path.unlink()
    else:
        world.path.write_bytes(first)
    await asyncio.sleep(0.5)
    assert (world.applied, world.faults) == ([], [])
    rename(world.path, "a b")
    await world.wait()
    assert (world.applied, world.faults) == ([("a", "b")], [])


async def test_a_file_without_a_last_line_end_is_applied_in_time_too(world: World) -> None:
    world.path.write_text("a b", "utf-8")
    await world.wait()
    assert world.applied == [("a", "b")]


async def test_the_same_text_saved_again_is_no_change(world: World) -> None:
    rename(world.path, "a")
    await asyncio.sleep(0.5)
    assert (world.applied, world.faults) == ([], [])


async def test_a_symlink_that_is_swapped_is_followed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").write_text(f"{name}\n", "utf-8")
    (tmp_path / "etc").mkdir()
    path = tmp_path / "etc" / "config.toml"
    path.symlink_to(tmp_path / "one" / "config.toml")
    world = World(path)
    reloader = Reloader(path, read=world.read, apply=world.apply, refused=world.refused)
    reloader.start()
    await asyncio.sleep(0.3)
    fresh = tmp_path / "etc" / "fresh"
    fresh.symlink_to(tmp_path / "two" / "config.toml")
    fresh.replace(path)
    await world.wait()
    assert world.applied == [("two",)]
    (tmp_path / "two" / "config.toml").write_text("two three\n", "utf-8")
    # The folder behind the link may not be watched yet; the look once a second is what the daemon relies on then.
    await asyncio.sleep(0.2)
    await reloader.look()
    await world.wait()
    assert world.applied[-1] == ("two", "three")
    await reloader.stop()


async def test_the_watch_outlives_a_link_into_nothing(tmp_path: Path) -> None:
    path, good = tmp_path / "etc" / "config.toml", tmp_path / "good" / "config.toml"
    for folder in (path.parent, good.parent):
        folder.mkdir()
    good.write_text("one\n", "utf-8")
    path.symlink_to(good)
    world = World(path)
    reloader = Reloader(path, read=world.read, apply=world.apply, refused=world.refused)
    reloader.start()
    await asyncio.sleep(0.3)

    def point_to(goal: Path) -> None:
        fresh = path.with_name("fresh")
        fresh.symlink_to(goal)
        fresh.replace(path)

    point_to(tmp_path / "missing" / "config.toml")
    await world.wait()
    assert world.faults == ["no such file"]
    (tmp_path / "better").mkdir()
    (tmp_path / "better" / "config.toml").write_text("one two\n", "utf-8")
    point_to(tmp_path / "better" / "config.toml")
    await world.wait()
    assert world.applied == [("one", "two")]
    await asyncio.sleep(0.3)
    (tmp_path / "better" / "config.toml").write_text("one two three\n", "utf-8")
    await world.wait()
    assert world.applied[-1] == ("one", "two", "three")
    await reloader.stop()


@pytest.mark.parametrize("how", ["saved", "asked"])
async def test_a_defect_of_ours_costs_one_reload_not_the_watch(world: World, reloader: Reloader, how: str) -> None:
    rename(world.path, "defect")
    if how == "asked":
        reloader.ask()
    async with asyncio.timeout(2):
        while not world.defects:
            await asyncio.sleep(0.02)
    rename(world.path, "a b")
    await world.wait()
    assert world.applied == [("a", "b")]


async def test_what_cannot_be_told_of_a_refusal_does_not_end_the_watch(world: World) -> None:
    world.disk_is_full = True
    rename(world.path, "faulty")
    await world.wait()
    rename(world.path, "a b")
    await world.wait()
    assert world.applied == [("a", "b")]


async def test_a_reload_goes_on_when_the_one_who_waits_is_cut(world: World, reloader: Reloader) -> None:
    world.hold = asyncio.Event()
    waiting = asyncio.create_task(reloader.reload())
    await world.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    ended = asyncio.create_task(reloader.stop())
    world.hold.set()
    await ended
    assert world.finished == 1


async def test_a_file_that_is_never_left_alone_is_read_all_the_same(world: World) -> None:
    async def scribble() -> None:
        for number in range(1000):
            rename(world.path, f"a f{number}")
            await asyncio.sleep(0.05)

    scribbling = asyncio.create_task(scribble())
    await world.wait()
    scribbling.cancel()
    assert world.applied


async def test_two_hundred_saves_leave_the_last_one(world: World) -> None:
    for number in range(200):
        rename(world.path, "faulty" if number % 3 == 2 else f"a f{number}")
        if number % 20 == 0:
            await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        while not (world.applied and world.applied[-1] == ("a", "f199")):
            await asyncio.sleep(0.05)
    assert all(len(names) == 2 for names in world.applied), "half a file was applied"
