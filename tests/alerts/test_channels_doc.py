"""docs/channels.md says what is: its template works, its webhook body has the fields that are sent."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from monitor.alerts.compose import compose
from monitor.alerts.compose.template import FIELDS, check_template
from tests.support.alerts import NOW, a_config, a_delivery, channel

TEXT = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


def names(value: object, prefix: str = "") -> set[str]:
    if isinstance(value, dict):
        return {f"{prefix}{name}" for name in value} | {
            deeper for name, inner in value.items() for deeper in names(inner, f"{prefix}{name}.")
        }
    return names(value[0], prefix) if isinstance(value, list) and value else set()


def test_the_template_works_and_every_field_is_named() -> None:
    assert check_template(tomllib.loads(block("toml"))["template"]) is None
    for field in FIELDS.split(", "):
        assert f"`{field}`" in TEXT


def test_the_webhook_body_has_the_fields_that_are_sent() -> None:
    to = channel("hook", "json://x/")
    message = compose([a_delivery()], to, a_config(to), NOW)
    assert message.payload is not None
    sent = json.loads(json.dumps(message.payload))
    assert names(json.loads(block("json"))) == names(sent)
