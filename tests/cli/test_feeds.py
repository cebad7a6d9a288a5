"""Feeds on the command line against a real server: monitor.cli.feeds, monitor.cli.feed_trial, monitor.cli.opml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.store.database import Store
from tests.support.cli import CONFIG, Desk
from tests.support.feed_bodies import item, rss
from tests.support.feed_server import FeedServer
from tests.support.world import NOW

LOCAL = CONFIG + "\n[polling]\nallow_private_addresses = true\n"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def local_desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, LOCAL)


def test_feeds_are_listed_with_what_is_wrong(desk: Desk) -> None:
    alpha, beta = desk.rows("feeds", "list")
    assert (alpha["name"], alpha["state"], alpha["tags"], alpha["items"]) == ("alpha", "active", ["general"], 3)
    assert beta["trouble"] == ""
    assert [row["name"] for row in desk.rows("feeds", "list", "--tag", "general")] == ["alpha"]
    assert desk.rows("feeds", "list", "--trouble") == []


def test_feeds_are_listed_before_anything_is_stored(empty_desk: Desk) -> None:
    done = empty_desk("feeds")
    assert done.exit_code == 0
    assert "alpha" in done.stdout


def test_feed_is_found_behind_a_page_and_added_with_comments_kept(local_desk: Desk, server: FeedServer) -> None:
    server.serve("/rss", rss(item(title="خبر أول")), headers={"Content-Type": "application/rss+xml"})
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>x</body></html>'
    server.serve("/", page, headers={"Content-Type": "text/html"})
    done = local_desk("feeds", "add", server.url("/"), "--name", "وكالة", "--tag", "general")
    assert done.exit_code == 0, done.output
    text = local_desk.config.read_text("utf-8")
    assert "# the desk's feeds" in text
    assert load(local_desk.config).config.feeds[-1].url == server.url("/rss")
    again = local_desk("feeds", "add", server.url("/rss"))
    assert again.exit_code == 1
    assert "وكالة" in again.stderr


def test_address_without_a_feed_adds_nothing(local_desk: Desk, server: FeedServer) -> None:
    before = local_desk.config.read_text("utf-8")
    server.serve("/", "<html><body>no feed here</body></html>", headers={"Content-Type": "text/html"})
    done = local_desk("feeds", "add", server.url("/"))
    assert done.exit_code == 1
    assert "no feed was found" in done.stderr
    assert local_desk.config.read_text("utf-8") == before


def test_private_address_is_refused_unless_allowed(empty_desk: Desk, server: FeedServer) -> None:
    server.serve("/rss", rss(item(title="خبر")))
    done = empty_desk("feeds", "add", server.url("/rss"))
    assert done.exit_code == 1
    assert server.asked("/rss") == []


def test_trial_tells_every_step(local_desk: Desk, server: FeedServer) -> None:
    server.serve("/rss", rss(item(title="عنوان الخبر")), headers={"Content-Type": "application/rss+xml"})
    good = local_desk("feeds", "test", server.url("/rss"))
    assert good.exit_code == 0, good.output
    assert "عنوان الخبر" in good.stdout
    server.serve("/gone", b"", status=404)
    bad = local_desk("feeds", "test", server.url("/gone"))
    assert bad.exit_code == 1
    assert "404" in bad.output


def test_feed_is_removed_and_the_former_file_kept(desk: Desk) -> None:
    assert desk("feeds", "remove", "beta").exit_code == 0
    assert [feed.name for feed in load(desk.config).config.feeds] == ["alpha"]
    assert "beta" in (desk.folder / "config.toml.bak").read_text("utf-8")
    done = desk("feeds", "remove", "betta")
    assert done.exit_code == 1


def test_held_feed_is_released(desk: Desk) -> None:
    with Store.open(load(desk.config).config.state, lambda: NOW) as store:
        store.write_sync(lambda tx: tx.feeds.set_state("alpha", "held", "its whole window looked new", NOW))
    assert desk.rows("feeds", "list", "--trouble")[0]["name"] == "alpha"
    shown = desk("feeds", "list").stdout
    assert 'held: its whole window looked new; let it go on with: monitor feeds release "alpha"' in shown
    assert desk("feeds", "release", "alpha").exit_code == 0
    assert desk.rows("feeds", "list", "--trouble") == []


def test_opml_goes_out_and_comes_in_again(desk: Desk, tmp_path: Path) -> None:
    opml = desk("export-opml").stdout
    other = Desk(tmp_path, CONFIG.replace("alpha", "delta").replace("beta", "epsilon"))
    file = tmp_path / "feeds.opml"
    file.write_text(opml, "utf-8")
    assert "2 feeds would be added" in other("import-opml", str(file), "--dry-run").stderr
    assert "2 feeds added" in other("import-opml", str(file), "--tag", "new").stderr
    feeds = {feed.name: feed.tags for feed in load(other.config).config.feeds}
    assert feeds["alpha"] == ("general", "new")
    assert "0 feeds added, 2 there already" in other("feeds", "import-opml", str(file)).stderr


def test_opml_feeds_that_cannot_stand_in_the_configuration_are_left_out_and_the_others_taken(
    desk: Desk, tmp_path: Path
) -> None:
    outline = '<outline type="rss" text="{}" xmlUrl="{}"/>'
    lines = [
        outline.format("جيدة", "https://good.example/rss"),
        outline.format("سر", "https://user:hidden@a.example/rss"),
        outline.format("فراغ", "https://b.example/a b"),
        outline.format("متغير", "https://c.example/${{HOME}}".format()),
        outline.format("&quot;]&#10;[[channels]]&#10;name = &quot;x", "https://d.example/rss?a=&quot;1"),
    ]
    file = tmp_path / "feeds.opml"
    file.write_text(f"<opml><body>{''.join(lines)}</body></opml>", "utf-8")
    done = desk("import-opml", str(file))
    assert done.exit_code == 0, done.output
    assert "2 feeds added, 0 there already" in done.stderr
    assert done.stderr.count("left out") == 3
    assert "hidden" not in done.output
    loaded = load(desk.config).config
    assert [feed.name for feed in loaded.feeds[2:]] == ["جيدة", '"] [[channels]] name = "x']
    assert len(loaded.channels) == 1


def test_hostile_opml_is_an_error(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "bad.opml"
    file.write_text('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><opml>&a;</opml>', "utf-8")
    done = desk("import-opml", str(file))
    assert done.exit_code == 1
    assert "Traceback" not in done.output
