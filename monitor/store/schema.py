"""The shape of the database: forward-only steps of plain SQL. It holds statements and must not run any.

A step that has been released is never edited; a change is a new step at the end of `STEPS`. Times are text of fixed
width (`rows.py`), so that they compare as they sort. Flags are 0 or 1, lists and maps JSON text, digests blobs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration: `statements` run in order in one transaction; `name` is remembered in the database."""

    name: str
    statements: tuple[str, ...]


_FEEDS = (
    # A feed that left config.toml keeps its row (and its items): `configured` is 0 then.
    """CREATE TABLE feeds (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        host TEXT NOT NULL DEFAULT '',
        tags TEXT NOT NULL DEFAULT '[]',
        configured INTEGER NOT NULL DEFAULT 1,
        state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'held', 'stopped')),
        state_reason TEXT NOT NULL DEFAULT '',
        added_at TEXT NOT NULL,
        next_poll_at TEXT,
        interval_seconds REAL,
        etag TEXT,
        last_modified TEXT,
        last_poll_at TEXT,
        last_outcome TEXT NOT NULL DEFAULT '',
        last_status INTEGER,
        last_ms INTEGER,
        last_success_at TEXT,
        last_changed_at TEXT,
        last_new_at TEXT,
        first_polled_at TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        failing_since TEXT,
        last_error TEXT NOT NULL DEFAULT '',
        last_error_kind TEXT NOT NULL DEFAULT '',
        pending_url TEXT,
        pending_since TEXT,
        hints TEXT NOT NULL DEFAULT '{}',
        polls INTEGER NOT NULL DEFAULT 0,
        unchanged_polls INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX feeds_due ON feeds (next_poll_at) WHERE configured = 1 AND state <> 'stopped'",
    # Apart from `feeds`, so that the state of an unchanged poll does not rewrite it.
    """CREATE TABLE feed_bodies (
        feed_id INTEGER PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
        body_hash BLOB NOT NULL DEFAULT x'',
        digests BLOB NOT NULL DEFAULT x''
    ) STRICT""",
    # A poll that found the feed unchanged leaves no row here, only counts and times in `feeds`.
    """CREATE TABLE polls (
        id INTEGER PRIMARY KEY,
        feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        ms INTEGER NOT NULL DEFAULT 0,
        outcome TEXT NOT NULL,
        http_status INTEGER,
        items INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        revised INTEGER NOT NULL DEFAULT 0,
        matched INTEGER NOT NULL DEFAULT 0,
        alerts INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        notes TEXT NOT NULL DEFAULT '[]'
    ) STRICT""",
    "CREATE INDEX polls_feed ON polls (feed_id, at)",
    "CREATE INDEX polls_at ON polls (at)",
)

_ITEMS = (
    """CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        headline TEXT NOT NULL,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        parent_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        merged_into INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        outlets TEXT NOT NULL DEFAULT '[]',
        items INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX stories_last ON stories (last_at)",
    "CREATE INDEX stories_parent ON stories (parent_id) WHERE parent_id IS NOT NULL",
    "CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL",
    # `at`: published, or first seen where the feed did not say. `pruned`: the texts are gone, the identity stays.
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
        poll_id INTEGER REFERENCES polls (id) ON DELETE SET NULL,
        guid TEXT NOT NULL DEFAULT '',
        link TEXT,
        link_key TEXT NOT NULL DEFAULT '',
        title_key TEXT NOT NULL DEFAULT '',
        content_hash BLOB NOT NULL DEFAULT x'',
        title TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL,
        published_at TEXT,
        published_raw TEXT NOT NULL DEFAULT '',
        date_note TEXT NOT NULL DEFAULT '',
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 1,
        image TEXT,
        author TEXT NOT NULL DEFAULT '',
        categories TEXT NOT NULL DEFAULT '[]',
        flags TEXT NOT NULL DEFAULT '[]',
        status TEXT NOT NULL DEFAULT 'fresh' CHECK (status IN ('fresh', 'backlog', 'old', 'held')),
        reason TEXT NOT NULL DEFAULT '',
        story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        role TEXT,
        story_score REAL,
        story_reason TEXT NOT NULL DEFAULT '',
        features BLOB,
        digest BLOB NOT NULL DEFAULT x'',
        pruned INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    # Identity asks for keys over all feeds: section feeds of one site carry each other's articles.
    "CREATE INDEX items_guid ON items (guid) WHERE guid <> ''",
    "CREATE INDEX items_link ON items (link_key) WHERE link_key <> ''",
    "CREATE INDEX items_title ON items (title_key) WHERE title_key <> ''",
    "CREATE INDEX items_seen ON items (first_seen_at)",
    # Answers "how many has this feed brought, and how many of them wait" without reading the items.
    "CREATE INDEX items_feed ON items (feed_id, first_seen_at, status)",
    "CREATE INDEX items_story ON items (story_id) WHERE story_id IS NOT NULL",
    # Another feed that carried an item too; seen there once, rules limited to that feed have been asked.
    """CREATE TABLE sightings (
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        PRIMARY KEY (item_id, feed_id)
    ) STRICT, WITHOUT ROWID""",
    # Stories that a person took an item out of: the grouping never puts it back.
    """CREATE TABLE story_apart (
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        PRIMARY KEY (item_id, story_id)
    ) STRICT, WITHOUT ROWID""",
    # What an item said before its latest revision; `revision` is the number of the text that was replaced.
    """CREATE TABLE revisions (
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '',
        content_hash BLOB NOT NULL DEFAULT x'',
        replaced_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (item_id, revision)
    ) STRICT""",
    """CREATE TABLE matches (
        id INTEGER PRIMARY KEY,
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        rule TEXT NOT NULL,
        hits TEXT NOT NULL DEFAULT '[]',
        at TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 1,
        UNIQUE (item_id, rule)
    ) STRICT""",
    "CREATE INDEX matches_rule ON matches (rule, at)",
)

_ALERTS = (
    # Each configuration that was applied, without its secrets: an alert names the rules as they were then.
    """CREATE TABLE configs (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        hash TEXT NOT NULL,
        text TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '[]'
    ) STRICT""",
    """CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        story_id INTEGER NOT NULL REFERENCES stories (id),
        kind TEXT NOT NULL CHECK (kind IN ('new', 'update', 'corroborated', 'revised')),
        item_id INTEGER NOT NULL REFERENCES items (id),
        severity INTEGER NOT NULL,
        label TEXT NOT NULL,
        hits TEXT NOT NULL DEFAULT '[]',
        created_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        difference TEXT NOT NULL DEFAULT '',
        config_id INTEGER REFERENCES configs (id)
    ) STRICT""",
    # The last judge of "one alert per rule and story".
    "CREATE UNIQUE INDEX alerts_once ON alerts (rule, story_id, kind) WHERE kind IN ('new', 'corroborated')",
    "CREATE INDEX alerts_story ON alerts (story_id)",
    "CREATE INDEX alerts_item ON alerts (item_id)",
    "CREATE INDEX alerts_created ON alerts (created_at)",
    "CREATE INDEX alerts_rule ON alerts (rule, created_at)",
    """CREATE TABLE silences (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('rule', 'feed', 'story')),
        target TEXT NOT NULL,
        until TEXT NOT NULL,
        created_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (kind, target)
    ) STRICT""",
)

_OUTBOX = (
    # `severity` repeats the alert's, for the order of sending. `held_by`: quiet | digest | silence …; `held_until` may
    # be NULL (until someone decides). `batch` joins the deliveries that one message carries and stays the same over
    # repeats; `fallback_for` names the channel this delivery stands in for.
    """CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        state TEXT NOT NULL CHECK (
            state IN ('pending', 'held', 'sending', 'waiting', 'unknown', 'sent', 'dead', 'dropped')),
        severity INTEGER NOT NULL DEFAULT 1,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT,
        held_until TEXT,
        held_by TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        hint TEXT NOT NULL DEFAULT '',
        batch TEXT NOT NULL DEFAULT '',
        fallback_for TEXT NOT NULL DEFAULT '',
        possible_repeat INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        sent_at TEXT,
        UNIQUE (alert_id, channel)
    ) STRICT""",
    """CREATE INDEX deliveries_open ON deliveries (channel, state, next_attempt_at)
        WHERE state IN ('pending', 'held', 'sending', 'waiting', 'unknown')""",
    # The order of sending, read from its front; and the few that go before it.
    """CREATE INDEX deliveries_order ON deliveries (channel, severity DESC, created_at, id)
        WHERE state IN ('pending', 'held', 'sending', 'waiting', 'unknown')""",
    """CREATE INDEX deliveries_repeat ON deliveries (channel, created_at)
        WHERE possible_repeat = 1 AND state IN ('pending', 'held', 'sending', 'waiting', 'unknown')""",
    "CREATE INDEX deliveries_batch ON deliveries (batch) WHERE batch <> ''",
    "CREATE INDEX deliveries_state ON deliveries (state, updated_at)",
    """CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        delivery_id INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        ms INTEGER NOT NULL DEFAULT 0,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        batch TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX attempts_delivery ON attempts (delivery_id)",
    # A token bucket and the parking of each channel; both survive a restart. `broken`: refused for good until a person
    # acts. `gap_from`/`gap_until`: an outage still to be told; `gather_until`: collect the backlog until then.
    # `address`: digest of the URL, to notice that it was changed.
    """CREATE TABLE channels (
        name TEXT PRIMARY KEY,
        tokens REAL,
        tokens_at TEXT,
        parked_until TEXT,
        parked_reason TEXT NOT NULL DEFAULT '',
        failing_since TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        last_sent_at TEXT,
        last_digest_at TEXT,
        last_error TEXT NOT NULL DEFAULT '',
        broken INTEGER NOT NULL DEFAULT 0,
        gap_from TEXT,
        gap_until TEXT,
        gather_until TEXT,
        address TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    # What the monitor says of itself (a feed stopped, the proof of life): no rule, no story; one row a channel.
    """CREATE TABLE notices (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        channel TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'pending' CHECK (
            state IN ('pending', 'sending', 'waiting', 'unknown', 'sent', 'dead', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT,
        created_at TEXT NOT NULL,
        sent_at TEXT,
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (kind, key, channel)
    ) STRICT""",
    """CREATE INDEX notices_open ON notices (channel, next_attempt_at)
        WHERE state IN ('pending', 'sending', 'waiting', 'unknown')""",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

STEPS: tuple[Step, ...] = (Step(name="0001_initial", statements=_FEEDS + _ITEMS + _ALERTS + _OUTBOX),)

VERSION = len(STEPS)  # also in `PRAGMA user_version`, so that a start needs one cheap query
