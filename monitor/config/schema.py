"""The shape of config.toml: every key, its type, its default and what it means. pydantic's only home.

The descriptions feed the JSON Schema that editors read; the starter file says the same in comments. Defaults come from
`settings`, so they stand in one place. What spans several keys or tables is judged in `references` and `warnings`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Strict, Tag

from monitor import settings
from monitor.config import notations as n

_POLLING, _ITEMS, _STORIES = settings.Polling(), settings.Items(), settings.Stories()

Bool = Annotated[bool, Strict()]
Int = Annotated[int, Strict()]
Text = Annotated[str, Strict()]
SeverityWord = Literal["urgent", "normal", "low"]
LanguageWord = Literal["ar", "en"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PollingTable(_Table):
    """How feeds are asked for news."""

    every: n.Duration = Field(_POLLING.every, description="First guess of the time between two polls of a feed.")
    min: n.Duration = Field(_POLLING.min, description="A feed is never asked more often than this.")
    max: n.Duration = Field(_POLLING.max, description="A feed is asked at least this often, however quiet.")
    concurrency: Int = Field(_POLLING.concurrency, ge=1, le=2000, description="Feeds fetched at the same time.")
    per_host: Int = Field(_POLLING.per_host, ge=1, le=50, description="Of these, at most so many from one host.")
    timeout: n.Duration = Field(_POLLING.timeout, description="A poll that takes longer is given up.")
    max_body: n.Size = Field(_POLLING.max_body, description="A feed larger than this is refused.")
    user_agent: n.UserAgent = Field(_POLLING.user_agent, description="How we name ourselves; give a contact address.")
    second_user_agent: n.UserAgent = Field(
        _POLLING.second_user_agent, description="Tried once when a server refuses the first (403)."
    )
    allow_private_addresses: Bool = Field(
        _POLLING.allow_private_addresses, description="Allow feeds on this machine or in your own network."
    )


class ItemsTable(_Table):
    """What counts as news."""

    first_poll: Literal["silent", "newest", "all"] = Field(
        _ITEMS.first_poll, description="What of a new feed's backlog may alert."
    )
    max_age: n.MaxAge = Field(
        _ITEMS.max_age, description='Older when first seen: stored, not alerted; "off": no limit.'
    )
    keep: n.Duration = Field(_ITEMS.keep, description="How long texts of items are kept.")


class StoriesTable(_Table):
    """How items about one event are joined."""

    enabled: Bool = Field(_STORIES.enabled, description="false: every matching item alerts by itself.")
    window: n.Duration = Field(_STORIES.window, description="How long a story stays open for further items.")
    updates: Literal["silent", "notice", "alert"] = Field(
        _STORIES.updates, description="What a later development of a told story does."
    )
    corroborated_at: Int | None = Field(
        _STORIES.corroborated_at, ge=2, le=100, description="Tell once more when so many outlets carry a told story."
    )


class FeedTable(_Table):
    """One feed to watch."""

    name: n.Name = Field(description="Shown in alerts; unique.")
    url: n.FeedUrl = Field(description="Address of the feed (RSS, Atom, RDF or JSON Feed).")
    tags: tuple[n.Tag, ...] = Field((), description='Groups it belongs to; rules name them as "#tag".')
    every: n.Duration | None = Field(None, description="First guess of the time between two polls, for this feed.")
    encoding: n.Encoding | None = Field(None, description="Charset, when the feed's own statement is wrong.")
    timezone: n.Zone | None = Field(None, description="Zone of its dates that name none.")
    headers: n.Headers = Field({}, description="Further request headers; ${…} is filled in.")
    proxy: n.ProxyUrl | None = Field(None, description="Fetch through this proxy; ${…} is filled in.")
    user_agent: n.UserAgent | None = Field(None, description="How we name ourselves to this feed.")
    verify_tls: Bool = Field(True, description="false: accept a faulty certificate.")


class RuleTable(_Table):
    """One thing to watch for: terms in any, all and none, or a query."""

    name: n.Name = Field(description="Short name, unique; used in commands.")
    label: Text = Field("", description="What alerts show; default: the name.")
    any: tuple[n.Term, ...] = Field((), description="One of these must occur.")
    all: tuple[n.Term, ...] = Field((), description="All of these must occur.")
    none: tuple[n.Term, ...] = Field((), description="None of these may occur.")
    query: Text = Field("", description="The same written out, with AND, OR, NOT, NEAR/n and parentheses.")
    feeds: tuple[Text, ...] = Field((), description='Feeds it reads: names or "#tag"; default: all.')
    severity: SeverityWord = Field("normal", description="How urgent its alerts are.")
    channels: tuple[Text, ...] = Field((), description="Channels it tells; default: all.")
    widen: Bool = Field(False, description="Terms also match their dual and their plural in ات.")


class QuietTable(_Table):
    """Hours in which alerts wait."""

    from_: n.Clock = Field(alias="from", description="Begin, local time.")
    to: n.Clock = Field(description="End; earlier than the begin means the next day.")
    days: tuple[n.Days, ...] = Field(
        (), description="Days on which it begins: mon … sun, or spans; default: every day."
    )
    timezone: n.Zone | None = Field(None, description="Zone of these hours; default: that of the configuration.")
    let_through: SeverityWord | Literal["nothing"] = Field(
        "urgent", description="The least severity that is told even now."
    )


# Told apart by shape, so that a fault inside is reported once and not for both.
Quiet = Annotated[
    Annotated[QuietTable, Tag("one")] | Annotated[tuple[QuietTable, ...], Tag("many")],
    Discriminator(lambda value: "many" if isinstance(value, list | tuple) else "one"),
]


class ChannelTable(_Table):
    """One place to tell."""

    name: n.Name = Field(description="Unique; rules name it.")
    url: n.ChannelUrl = Field(description="terminal:// or an Apprise URL; ${…} is filled in.")
    min_severity: SeverityWord = Field("low", description="Alerts below this are not told here.")
    quiet: Quiet = Field((), description="Hours in which alerts wait; one table or a list.")
    digest: n.CronText | None = Field(None, description="Collect alerts and send them together at these times (cron).")
    rate: n.RateText | None = Field(None, description="At most so many messages, the rest are joined.")
    fallback: Text | None = Field(None, description="Channel that takes over when this one is failing.")
    language: LanguageWord | None = Field(None, description="Language of this channel's texts.")
    template: Text | None = Field(None, description="Jinja2 text that replaces the usual message.")
    notices: Bool = Field(False, description="Also tell the monitor's own troubles here.")


class ConfigTable(_Table):
    """The whole of config.toml."""

    language: LanguageWord = Field("ar", description="Of alerts and pages.")
    timezone: n.Zone = Field("Asia/Gaza", description="Zone of all times shown and of all hours given.")
    state: Text = Field("state", min_length=1, description="Folder of the database, relative to this file.")
    heartbeat: n.Heartbeat | None = Field(None, description="A short daily proof of life with the day's figures.")
    polling: PollingTable = Field(default_factory=PollingTable.model_construct)
    items: ItemsTable = Field(default_factory=ItemsTable.model_construct)
    stories: StoriesTable = Field(default_factory=StoriesTable.model_construct)
    feeds: tuple[FeedTable, ...] = ()
    rules: tuple[RuleTable, ...] = ()
    channels: tuple[ChannelTable, ...] = ()
