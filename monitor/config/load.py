"""Read config.toml into `settings.Config`: every fault at once, each with its place and what to write instead.

TOML first, then `${…}`, each table by itself, the tables against each other, rules, templates. It is all or nothing.
pydantic is loaded for a file that has a fault, to explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor.config import build, sound, substitution, warnings
from monitor.config import document as documents
from monitor.config.channels import check_channels
from monitor.config.document import Document
from monitor.config.environment import Environment, read_environment
from monitor.config.references import check_references
from monitor.config.rules import check_rules
from monitor.config.values import NotationError
from monitor.errors import ConfigError, Fault
from monitor.settings import Config, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A valid configuration and what is legal in it but surely not meant."""

    config: Config
    warnings: tuple[Fault, ...] = ()


def load(
    path: Path,
    *,
    environment: Mapping[str, str] | None = None,
    trusting: bool = False,
    with_text: bool = False,
) -> Loaded:
    """Read and check a file.

    Args:
        path: of the file.
        environment: stands in for the process's own variables.
        trusting: rules that an earlier start found sound are not studied again (see `sound`).
        with_text: give `Config.text` as well, for who puts the configuration in force.

    Raises:
        ConfigError: with every fault of the file, in the file's order.
    """
    document = documents.read(path)
    loaded = _load(document, read_environment(path.absolute().parent, environment), trusting=trusting)
    if not with_text:
        return loaded
    from monitor.config.redact import redacted

    return replace(loaded, config=replace(loaded.config, text=redacted(document, loaded.config)))


def load_text(text: str, path: Path, *, environment: Mapping[str, str] | None = None) -> Loaded:
    """Check a text as if it stood at `path`; used before an edit is written.

    Raises:
        ConfigError: as `load`.
    """
    document = documents.parse(text.replace("\r\n", "\n"), path)
    return _load(document, read_environment(path.absolute().parent, environment))


def _load(document: Document, environment: Environment, *, trusting: bool = False) -> Loaded:
    data, found = substitution.expand(document, environment)
    found += environment.faults
    found += check_references(document)
    config: Config | None = None
    try:
        config = build.config(data, document.path)
    except NotationError as error:
        found += _explained(error, data, document)
    found += _trusted(document, data, config.state) if trusting and config is not None else check_rules(document, data)
    found += check_channels(document, data)
    if config is not None:
        found += warnings.find_warnings(config, document)
    found += warnings.file_mode_warnings(document, document.path.absolute().parent / ".env")
    ordered = in_file_order(_spoken(found, document))
    if config is None or any(fault.severity == "error" for fault in ordered):
        raise ConfigError(ordered)
    return Loaded(config=config, warnings=ordered)


def _trusted(document: Document, data: dict[str, Any], state: Path) -> list[Fault]:
    """The faults of rules that are not known to be sound."""
    if sound.are_known(data, state):
        return []
    found = check_rules(document, data)
    if not found:
        sound.remember(data, state)
    return found


def _spoken(faults: list[Fault], document: Document) -> list[Fault]:
    """The faults in the language that the file asks for."""
    if not faults:
        return faults
    from monitor.config.arabic import language_of, spoken

    return spoken(faults, language_of(document.data))


def in_file_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By file, line and column, each once."""
    unique = dict.fromkeys(faults)
    return tuple(sorted(unique, key=lambda fault: (fault.path.endswith(".env"), fault.line, fault.column)))


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Only the rules of a file, which may hold nothing else; for matching ad hoc.

    Raises:
        ConfigError: with every fault of the rules.
    """
    document = documents.read(path)
    tables = {"rules": document.data.get("rules", [])}
    found = check_rules(document, tables)
    try:
        rules = build.rules(tables["rules"])
    except NotationError as error:
        found += _explained(error, tables, document)
        raise ConfigError(in_file_order(_spoken(found, document))) from error
    if any(fault.severity == "error" for fault in found):
        raise ConfigError(in_file_order(_spoken(found, document)))
    return rules


def _explained(refusal: NotationError, data: dict[str, Any], document: Document) -> list[Fault]:
    """What is wrong with tables that `build` refused, each fault with its place and what to write instead."""
    from pydantic import ValidationError

    from monitor.config import faults, schema
    from monitor.config.jsonschema import known_keys

    try:
        schema.ConfigTable.model_validate(data)
    except ValidationError as error:
        return faults.from_pydantic(error.errors(include_url=False), document, known_keys(schema.ConfigTable))
    # The two readings disagree. That is a defect of ours, but no reason to run on a file that one of them refuses.
    return [Fault(message=refusal.message, hint=refusal.hint, path=document.shown)]
