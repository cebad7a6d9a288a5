"""`monitor rules`: list, show, suggest and try rules. What changes the file is in `rule_edits`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from monitor.cli import rule_edits
from monitor.cli.groups import ListGroup
from monitor.cli.options import limit_option, since_option, since_when
from monitor.cli.output import json_line, progress, say, width, write_folded, write_json, write_table
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.table import Column, fold
from monitor.errors import ConfigError, MonitorError

if TYPE_CHECKING:
    from monitor.pipeline.trying import Trial
    from monitor.rules.show import Shown
    from monitor.settings import Config, Language, Rule
    from monitor.store.habits import RuleHits

_MOST = 8  # outlets and words that a trial counts by name
_BESIDE_HEADLINE = 40  # cells that the other columns of a trial take


@click.group(cls=ListGroup, short_help="List, show, try, suggest and edit rules.")
def rules() -> None:
    """List, show, try, suggest and edit rules.

    Edits go into config.toml with its comments kept; they are checked before they are written, and the former version
    stays beside it. A running monitor takes them over by itself.

    \b
    Examples:
      monitor rules
      monitor rules try 'رفح AND معبر' --since 30d
      monitor rules add prisoners --any أسرى --any 'تبادل الأسرى' --severity urgent
    """


for _command in (rule_edits.add, rule_edits.edit, rule_edits.remove):
    rules.add_command(_command)


@rules.command("list", short_help="List the rules and how often they hold.")
@json_option
@config_option
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """List the rules: their terms, feeds and channels, and for how many items they held.

    \b
    Example:
      monitor rules list --json
    """
    from monitor.cli.wording import ago, iso
    from monitor.store.habits import rule_hits

    config, now = session.load(), session.clock()
    store = session.store_or_none()
    hits: Mapping[str, RuleHits] = {}
    if store is not None:
        with store:
            hits = store.read(rule_hits, now)
    if as_json:
        for rule in config.rules:
            held = hits.get(rule.name)
            row = _row(rule)
            row["hits_24h"], row["hits_7d"] = (held.day, held.week) if held else (0, 0)
            row["last_hit"] = iso(held.last) if held else None
            click.echo(json_line(row))
        return
    columns = (
        Column("RULE", flexible=True, colour="yellow"),
        Column("SEVERITY"),
        Column("TERMS", flexible=True),
        Column("FEEDS", flexible=True),
        Column("CHANNELS", flexible=True),
        Column("24H", right=True),
        Column("7D", right=True),
        Column("LAST"),
    )
    rows = []
    for rule in config.rules:
        held = hits.get(rule.name)
        rows.append(
            (
                rule.name,
                rule.severity.word,
                terms_of(rule),
                "، ".join(rule.feeds) or "all",
                "، ".join(rule.channels) or "all",
                held.day if held else 0,
                held.week if held else 0,
                ago(held.last if held else None, now),
            )
        )
    write_table(columns, rows, nothing='there is no rule; add one with "monitor rules add"')


def terms_of(rule: Rule) -> str:
    """What a rule looks for, on one line."""
    if rule.query:
        return rule.query
    parts = ["، ".join(rule.any)]
    parts += [f"+ {'، '.join(rule.all)}"] if rule.all else []
    parts += [f"- {'، '.join(rule.none)}"] if rule.none else []
    return " ".join(part for part in parts if part)


def _row(rule: Rule) -> dict[str, object]:
    row: dict[str, object] = {"name": rule.name, "label": rule.title}
    row |= {key: list(getattr(rule, key)) for key in ("any", "all", "none", "feeds", "channels")}
    return row | {"query": rule.query, "severity": rule.severity.word, "widen": rule.widen}


@rules.command(short_help="Show what each term of a rule matches, and what it does not.")
@click.argument("name")
@json_option
@config_option
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """Show what each term of a rule matches, and what it deliberately does not.

    \b
    Example:
      monitor rules show rafah
    """
    from monitor.rules.show import show as shown_of

    rule = rule_named(session.load(), name)
    terms = shown_of(rule)
    if as_json:
        write_json(asdict(term) for term in terms)
        return
    write_folded(f"{rule.name} ({rule.title}), {rule.severity.word}")
    for term in terms:
        _show_term(term)


def _show_term(term: Shown) -> None:
    click.echo()
    write_folded(f"{term.term}: {term.reading}", shade="yellow")
    for title, examples in (("matches", term.matches), ("does not match", term.refuses)):
        if examples:
            click.echo(f"  {title}")
        for example in examples:
            write_folded(f"{example.text}  ({example.why})", indent="    ", hang="      ")


def rule_named(config: Config, name: str) -> Rule:
    """The rule of that name.

    Raises:
        MonitorError: there is none; the nearest name is suggested.
    """
    from monitor.config.nearest import did_you_mean

    for rule in config.rules:
        if rule.name == name:
            return rule
    guess = did_you_mean(name, {rule.name for rule in config.rules})
    hint = f'did you mean "{guess}"?' if guess else 'see "monitor rules list"'
    raise MonitorError(f'there is no rule "{name}"', hint=hint)


@rules.command(short_help="Propose other forms of a word, with what each would newly find.")
@click.argument("term")
@click.option("--rule", "name", metavar="NAME", help="The rule it stands in: what that finds already is not new.")
@since_option("30d")
@json_option
@config_option
@pass_session
def suggest(session: Session, term: str, name: str | None, since: timedelta | datetime, as_json: bool) -> None:
    """Propose the other forms of a word (plurals, dual) for you to add, with what each would newly find.

    Nothing is widened by itself: مساعدات is often another subject than مساعدة.

    \b
    Examples:
      monitor rules suggest هدنة
      monitor rules suggest مساعدة --rule aid
    """
    from monitor.rules.suggest import suggest as forms_of
    from monitor.store.habits import texts_since

    config = session.load()
    rule = rule_named(config, name) if name else None
    store = session.store_or_none()
    texts = []
    if store is not None:
        with store:
            texts = store.read(texts_since, since_when(since, session.clock()))
    with progress("counting", len(texts)) as bar:
        found = forms_of(term, rule, bar.over(texts))
    if as_json:
        write_json(asdict(one) for one in found)
        return
    columns = (
        Column("FORM", colour="yellow"),
        Column("KIND"),
        Column("SURE"),
        Column("NEW", right=True),
        Column("FOR EXAMPLE", flexible=True),
    )
    rows = (
        (one.form, one.kind, "yes" if one.sure else "look", one.new_items, " | ".join(one.samples)) for one in found
    )
    write_table(columns, rows, nothing=f'no other form of "{term}" is known; add one yourself if you know it')
    if found:
        target = name or "RULE"
        say(f"of {len(texts):,} stored items; add one with: monitor rules edit {target} --add-any FORM")


@rules.command("try", short_help="Try terms or a query against stored items; nothing is changed.")
@click.argument("terms", nargs=-1, required=True, metavar="TERMS...")
@since_option("30d")
@limit_option
@json_option
@config_option
@pass_session
def try_(session: Session, terms: tuple[str, ...], since: timedelta | datetime, limit: int, as_json: bool) -> None:
    """Try terms or a query against stored items: the hits marked, and a count by outlet.

    Several words after each other are several terms, any of which may hit; quote a phrase or a query.

    \b
    Examples:
      monitor rules try رفح
      monitor rules try 'رفح AND (معبر OR اجتياح)' --since 7d
      monitor rules try هدنة 'وقف إطلاق النار ~2'
    """
    from monitor.pipeline.trying import try_rule

    config, rule = session.load(), rule_of(terms)
    _check_typed(rule, config.language)
    with session.store() as store, progress("looking at items") as bar:
        trial = try_rule(store, rule, config, since=since_when(since, session.clock()), limit=limit, progress=bar.reach)
    if as_json:
        _write_trial_rows(trial)
        return
    _write_trial(trial, config, session.clock())


def rule_of(terms: tuple[str, ...]) -> Rule:
    """A rule made of what was typed: a query where one text reads like one, else terms."""
    from monitor.settings import Rule

    words = set(terms[0].replace("(", " ").replace(")", " ").split()) if len(terms) == 1 else set()
    if words & {"AND", "OR", "NOT"} or terms == ("*",) or any(word.startswith("NEAR/") for word in words):
        return Rule(name="try", query=terms[0])
    return Rule(name="try", any=terms)


def _check_typed(rule: Rule, language: Language) -> None:
    """Says what is doubtful about the terms typed.

    Raises:
        ConfigError: they cannot be read; with the column of each mistake.
    """
    from monitor.rules.check import check_rule

    faults = [
        replace(fault, where="", path="TERMS", line=1 if fault.column else 0) for fault in check_rule(rule, language)
    ]
    wrong = [fault for fault in faults if fault.severity == "error"]
    if wrong:
        raise ConfigError(wrong)
    for fault in faults:
        say(f"warning: {fault}")


def _write_trial_rows(trial: Trial) -> None:
    from monitor.cli.rows import hit_row, item_row

    for item, match in trial.newest:
        click.echo(json_line({**item_row(item), "hits": [hit_row(hit) for hit in match.hits]}))


def _write_trial(trial: Trial, config: Config, now: datetime) -> None:
    from monitor.cli.marks import around
    from monitor.cli.wording import local

    room = None if width() is None else max((width() or 0) - _BESIDE_HEADLINE, 20)
    columns = (
        Column("ID", right=True),
        Column("TIME"),
        Column("FEED", flexible=True),
        Column("HEADLINE", flexible=True),
    )
    rows = (
        (
            item.id,
            local(item.at, config.timezone, now),
            item.outlet,
            around(item.title, item.summary, match.hits, colour=False, room=room),
        )
        for item, match in trial.newest
    )
    write_table(columns, rows, nothing="nothing stored would have matched")
    share = f" ({trial.hits / trial.items:.1%})" if trial.items else ""
    say(f"\n{trial.hits:,} of {trial.items:,} items{share}")
    for label, counted in (("by outlet", trial.by_outlet), ("by word", trial.by_text)):
        if counted:
            most = [f"{name} {count:,}" for name, count in Counter(counted).most_common(_MOST)]
            more = [f"… and {len(counted) - _MOST} more"] * (len(counted) > _MOST)
            for line in fold(f"{label}: " + "، ".join(most + more), width() or 10_000):
                say(line)
