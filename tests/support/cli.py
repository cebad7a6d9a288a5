"""The command line over a real config.toml and a real store with a morning's news in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from monitor.cli.main import build
from monitor.config.load import load
from tests.support.world import World, item

CONFIG = """\
language = "ar"
timezone = "Asia/Gaza"

# the desk's feeds
[[feeds]]
name = "alpha"
url = "https://alpha.example/rss"
tags = ["general"]

[[feeds]]
name = "beta"
url = "https://beta.example/rss"

[[rules]]
name = "rafah"
label = "رفح"
any = ["رفح"]      # the town

[[rules]]
name = "truce"
label = "هدنة"
any = ["هدنة", "وقف إطلاق النار"]
severity = "urgent"

[[channels]]
name = "desk"
url = "terminal://"
"""


class NoFaces:
    """The faces, none of which these commands may need."""

    def run(self, config_path: Path, **options: Any) -> int | None:
        raise AssertionError("no daemon here")

    def once(self, config_path: Path, **options: Any) -> int | None:
        raise AssertionError("no pass here")

    def demo(self, **options: Any) -> int | None:
        raise AssertionError("no demo here")


class Desk:
    """A folder with a configuration, and the commands over it."""

    def __init__(self, folder: Path, text: str = CONFIG) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.config.write_text(text, "utf-8")
        self.config.chmod(0o600)

    def publish(self) -> None:
        """Four items of two outlets: one about Rafah, one truce told by both, and vegetables."""
        with World(load(self.config, with_text=True).config, history=True) as world:
            world.publish(
                "alpha",
                item("قصف عنيف على رفح فجر اليوم", summary="قال شهود إن القصف طال أحياء شرق رفح.", key="rafah"),
                item("أسعار الخضار تتراجع في أسواق نابلس", key="market"),
                item("الوسطاء يعلنون هدنة إنسانية تبدأ صباح الأحد", key="truce-a"),
            )
            world.later(minutes=5)
            world.publish("beta", item("الوسطاء يعلنون هدنة إنسانية تبدأ صباح الأحد", key="truce-b"))

    def __call__(self, *words: str, given: str | None = None) -> Result:
        """Run `monitor -c config.toml WORDS…`."""
        return CliRunner().invoke(build(NoFaces()), ["-c", str(self.config), *words], input=given)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The same with `--json`, read back."""
        done = self(*words, "--json")
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]
