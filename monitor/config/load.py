"""Read config.toml into `settings.Config`: every fault at once, each with its place and what to write instead.

TOML first, then `${…}`, each table by itself, the tables against each other, rules, templates. It is all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config import document as documents
from monitor.config import substitution
from monitor.config.channels import check_channels
from monitor.config.document import Document
from monitor.config.environment import Environment, read_environment
from monitor.config.references import check_references
from monitor.config.rules import check_rules
from monitor.errors import ConfigError, Fault
from monitor.settings import Config, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A valid configuration and what is legal in it but surely not meant."""

    config: Config
    warnings: tuple[Fault, ...] = ()


def load(path: Path, *, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read and check a file. `environment` stands in for the process's own variables.

    Raises:
        ConfigError: with every fault of the file, in the file's order.
    """
    return _load(documents.read(path), read_environment(path.absolute().parent, environment))


def load_text(text: str, path: Path, *, environment: Mapping[str, str] | None = None) -> Loaded:
    """Check a text as if it stood at `path`; used before an edit is written.

    Raises:
        ConfigError: as `load`.
    """
    document = documents.parse(text.replace("\r\n", "\n"), path)
    return _load(document, read_environment(path.absolute().parent, environment))


def _load(document: Document, environment: Environment) -> Loaded:
    from pydantic import ValidationError

    from monitor.config import build, faults, schema, warnings
    from monitor.config.jsonschema import known_keys

    data, found = substitution.expand(document, environment)
    found += environment.faults
    found += check_references(document)
    config: Config | None = None
    try:
        config = build.config(schema.ConfigTable.model_validate(data), document.path)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found += faults.from_pydantic(details, document, known_keys(schema.ConfigTable))
    found += check_rules(document, data)
    found += check_channels(document, data)
    if config is not None:
        found += warnings.find_warnings(config, document)
    found += warnings.file_mode_warnings(document, document.path.absolute().parent / ".env")
    ordered = in_file_order(found)
    if config is None or any(fault.severity == "error" for fault in ordered):
        raise ConfigError(ordered)
    return Loaded(config=config, warnings=ordered)


def in_file_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By file, line and column, each once."""
    unique = dict.fromkeys(faults)
    return tuple(sorted(unique, key=lambda fault: (fault.path.endswith(".env"), fault.line, fault.column)))


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Only the rules of a file, which may hold nothing else; for matching ad hoc.

    Raises:
        ConfigError: with every fault of the rules.
    """
    from pydantic import ValidationError

    from monitor.config import build, faults, schema
    from monitor.config.jsonschema import known_keys

    document = documents.read(path)
    tables = {"rules": document.data.get("rules", [])}
    found = check_rules(document, tables)
    try:
        table = schema.ConfigTable.model_validate(tables)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found += faults.from_pydantic(details, document, known_keys(schema.ConfigTable))
        raise ConfigError(in_file_order(found)) from error
    if any(fault.severity == "error" for fault in found):
        raise ConfigError(in_file_order(found))
    return tuple(build.rule(row) for row in table.rules)
