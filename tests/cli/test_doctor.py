"""`monitor doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from monitor.config.load import load
from monitor.pipeline.agree import CONFIG_STATUS
from monitor.store.channels import ChannelMemory
from monitor.store.database import Store
from monitor.store.tables import Tables
from tests.support.cli import CONFIG, Desk

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def found(desk: Desk, about: str) -> list[tuple[str, str]]:
    done = desk("doctor", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [(row["state"], row["finding"]) for row in rows if row["about"] == about]


def change(desk: Desk, write: object) -> None:
    assert callable(write)
    with Store.open(load(desk.config).config.state, lambda: NOW) as store:
        store.write_sync(write)


def test_healthy_desk_is_well(desk: Desk) -> None:
    done = desk("doctor")
    assert done.exit_code == 0, done.output
    assert "all is well" in done.stderr


def test_nothing_stored_yet_is_a_note(empty_desk: Desk) -> None:
    assert empty_desk("doctor").exit_code == 0
    assert found(empty_desk, "database") == [("note", "nothing stored yet")]


def test_faulty_configuration_is_wrong(desk: Desk) -> None:
    desk.config.write_text("[polling]\nevry = '5m'\n", "utf-8")
    assert desk("doctor").exit_code == 1
    assert "evry" in found(desk, "configuration")[0][1]


def test_refused_reload_is_shown(desk: Desk) -> None:
    def refuse(tx: Tables) -> None:
        tx.meta.set(CONFIG_STATUS, json.dumps({"ok": False, "faults": ["config.toml:3:1: no"]}))

    change(desk, refuse)
    assert desk("doctor").exit_code == 1
    assert found(desk, "reload") == [("wrong", "refused: config.toml:3:1: no")]


def test_what_waits_for_a_channel_that_left_is_noted(desk: Desk) -> None:
    desk.config.write_text(CONFIG.replace('name = "desk"', 'name = "office"'), "utf-8")
    done = desk("doctor")
    assert done.exit_code == 0
    assert found(desk, "outbox")[1] == ("note", "desk: 2 deliveries wait for this channel, which is not configured")


def test_refused_channel_is_wrong_and_named(desk: Desk) -> None:
    memory = ChannelMemory(name="desk", broken=True, failing_since=NOW, last_error="the token was revoked")
    change(desk, lambda tx: tx.channels.save(memory))
    assert desk("doctor").exit_code == 1
    assert found(desk, "channel") == [("wrong", "desk: refused by the service: the token was revoked")]


def test_damaged_database_is_wrong(desk: Desk) -> None:
    path = load(desk.config).config.state / "monitor.db"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    done = desk("doctor")
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_database_open_to_others_is_closed_to_them(desk: Desk) -> None:
    path = load(desk.config).config.state / "monitor.db"
    path.chmod(0o644)
    assert found(desk, "database")[0][0] == "ok"
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_only_doubtful_in_a_faulty_file_is_a_note(desk: Desk) -> None:
    doubtful = desk.config.read_text("utf-8").replace('any = ["رفح"]', 'any = ["دم"]')
    desk.config.write_text(doubtful.replace('severity = "urgent"', 'severty = "urgent"'), "utf-8")
    assert [state for state, _ in found(desk, "configuration")] == ["note", "wrong"]
    refused = desk("reload")
    assert "severty" in refused.stdout
    assert "دم" not in refused.stdout
