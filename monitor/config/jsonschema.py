"""The JSON Schema of config.toml, for completion and checks in editors (taplo, "Even Better TOML")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel


def json_schema() -> dict[str, Any]:
    """Draft 7, which taplo understands, with `definitions`."""
    from monitor.config.schema import ConfigTable

    made = ConfigTable.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    made["definitions"] = made.pop("$defs")
    found: dict[str, Any] = _plain(made)
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "config.toml of news-monitor", **found}


def known_keys(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a table as a tree, by the names that stand in the file."""
    from pydantic import BaseModel

    tree: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        inner = next(
            (arg for arg in _leaves(info.annotation) if isinstance(arg, type) and issubclass(arg, BaseModel)), None
        )
        tree[info.alias or name] = known_keys(inner) if inner else {}
    return tree


def _leaves(annotation: Any) -> list[Any]:
    """A type and every type inside it."""
    return [annotation, *(leaf for arg in get_args(annotation) for leaf in _leaves(arg))]


def _plain(value: Any) -> Any:
    """Without pydantic's titles, and without null, which TOML does not have."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _plain(inner)
        for key, inner in value.items()
        if not (key == "title" and isinstance(inner, str)) and not (key == "default" and inner is None)
    }
    choices = [choice for choice in kept.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        return {**choices[0], **kept}
    return kept
