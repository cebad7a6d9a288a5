"""monitor.cli.explain, monitor.cli.backtest, monitor.cli.backup and monitor.cli.notify over a real store."""

from __future__ import annotations

import json
from pathlib import Path

from monitor.store.database import Store
from tests.support.cli import CONFIG, Desk
from tests.support.webhook import webhook
from tests.support.world import NOW

FAR = ("--since", "3650d")


def test_item_is_explained_stage_by_stage(desk: Desk) -> None:
    done = desk("explain", "3")
    assert done.exit_code == 0
    stages = [line.split(":")[0] for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert stages == ["1. fetched", "2. identified", "3. matched", "4. grouped", "5. routed", "6. delivered"]
    assert "rafah: holds: رفح: «رفح» in the title (exact)" in done.stdout
    assert "desk: pending" in done.stdout


def test_repeat_is_explained_by_its_story(desk: Desk) -> None:
    done = desk("explain", "https://news.example/truce-b")
    assert "the same link, headline or text as item 1" in done.stdout


def test_unknown_item_cannot_be_explained(desk: Desk) -> None:
    done = desk("explain", "https://news.example/nothing")
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_explanation_for_programs(desk: Desk) -> None:
    done = desk("explain", "3", "--json")
    assert json.loads(done.stdout)


def test_backtest_says_what_would_have_been_told(desk: Desk) -> None:
    done = desk("backtest", *FAR)
    assert done.exit_code == 0
    assert "قصف عنيف على «رفح» فجر اليوم" in done.stdout
    assert "4 items, 3 matched, 2 alerts" in done.stderr
    assert [row["rule"] for row in desk.rows("backtest", "--rule", "rafah", *FAR)] == ["rafah"]


def test_backtest_with_another_configuration_shows_the_difference(desk: Desk) -> None:
    other = desk.folder / "other.toml"
    other.write_text(CONFIG.replace('any = ["رفح"]', 'any = ["الخضار"]'), "utf-8")
    done = desk("backtest", *FAR, "--config", str(other))
    assert "would add 1, remove 1" in done.stderr
    assert [line[0] for line in done.stdout.splitlines() if line[0] in "+-"] == ["+", "-"]


def test_backtest_says_that_stories_are_not_formed_anew(desk: Desk) -> None:
    other = desk.folder / "other.toml"
    other.write_text(f'{CONFIG}[stories]\nwindow = "24h"\n', "utf-8")
    assert "groups stories differently" in desk("backtest", *FAR, "--config", str(other)).stderr
    other.write_text(f'{CONFIG}[stories]\nupdates = "alert"\n', "utf-8")
    assert "groups stories differently" not in desk("backtest", *FAR, "--config", str(other)).stderr


def test_backtest_of_a_faulty_configuration_is_refused(desk: Desk) -> None:
    other = desk.folder / "other.toml"
    other.write_text('[[rules]]\nname = "x"\n', "utf-8")
    assert desk("backtest", *FAR, "--config", str(other)).exit_code == 2


def test_backup_is_a_whole_database_that_opens(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "monitor.db"
    copy.parent.mkdir()
    assert desk("backup", str(copy)).exit_code == 0
    assert copy.stat().st_mode & 0o077 == 0
    with Store.open(copy.parent, lambda: NOW, check_pages=True) as store:
        assert len(store.read(lambda tx: tx.alerts.newest())) == 2
    assert desk("backup", str(copy)).exit_code == 1
    assert desk("backup", str(copy), "--force").exit_code == 0


def test_trial_message_says_what_the_service_answered(tmp_path: Path) -> None:
    with webhook() as hook:
        desk = Desk(tmp_path, CONFIG.replace("terminal://", hook.url))
        done = desk("notify-test", "desk")
        assert done.exit_code == 0, done.output
        assert len(hook.bodies) == 1
        assert "desk: sent" in done.output
        assert desk("notify-test", "dsk").exit_code == 1


def test_trial_message_that_fails_exits_with_1_and_keeps_the_address_secret(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CONFIG.replace("terminal://", "json://user:hidden-word@127.0.0.1:9/"))
    done = desk("notify-test")
    assert done.exit_code == 1
    assert "hidden-word" not in done.output
