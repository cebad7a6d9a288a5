-- A database as schema version 1 left it: three feeds, two items, one alert on its way.
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'monitor','0001_initial','2026-11-25 20:10:32.659771+00:00');
CREATE TABLE alerts (
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
    ) STRICT;
INSERT INTO "alerts" VALUES(1,'rafah',1,'new',1,1,'رفح','[["رفح","title",13,16,"رفح","exact"],["رفح","summary",32,35,"رفح","exact"]]','2026-11-25T12:00:00.000000Z','a new story for this rule','',NULL);
CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        delivery_id INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        ms INTEGER NOT NULL DEFAULT 0,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        batch TEXT NOT NULL DEFAULT ''
    ) STRICT;
CREATE TABLE channels (
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
    ) STRICT;
CREATE TABLE configs (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        hash TEXT NOT NULL,
        text TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
CREATE TABLE deliveries (
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
    ) STRICT;
INSERT INTO "deliveries" VALUES(1,1,'desk','pending',1,0,'2026-11-25T12:00:00.000000Z',NULL,'','','','','',0,'2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z',NULL);
CREATE TABLE feed_bodies (
        feed_id INTEGER PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
        body_hash BLOB NOT NULL DEFAULT x'',
        digests BLOB NOT NULL DEFAULT x''
    ) STRICT;
CREATE TABLE feeds (
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
    ) STRICT;
INSERT INTO "feeds" VALUES(1,'alpha','https://alpha.example/rss','alpha.example','[]',1,'active','','2026-11-25T12:00:00.000000Z','2026-11-25T12:05:00.000000Z',300.0,'"a1"',NULL,'2026-11-25T12:00:00.000000Z','new',NULL,40,'2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z','2026-11-25T11:00:00.000000Z',0,NULL,'','',NULL,NULL,'{}',2,0);
INSERT INTO "feeds" VALUES(2,'beta','https://beta.example/rss','beta.example','[]',1,'active','','2026-11-25T12:00:00.000000Z','2026-11-25T12:05:00.000000Z',300.0,NULL,NULL,'2026-11-25T11:00:00.000000Z','new',NULL,40,'2026-11-25T11:00:00.000000Z','2026-11-25T11:00:00.000000Z',NULL,'2026-11-25T11:00:00.000000Z',0,NULL,'','',NULL,NULL,'{}',1,0);
INSERT INTO "feeds" VALUES(3,'gamma','https://gamma.example/rss','gamma.example','[]',1,'active','','2026-11-25T12:00:00.000000Z','2026-11-25T12:05:00.000000Z',300.0,NULL,NULL,'2026-11-25T11:00:00.000000Z','new',NULL,40,'2026-11-25T11:00:00.000000Z','2026-11-25T11:00:00.000000Z',NULL,'2026-11-25T11:00:00.000000Z',0,NULL,'','',NULL,NULL,'{}',1,0);
CREATE TABLE items (
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
    ) STRICT;
INSERT INTO "items" VALUES(1,1,1,'guid-2','https://news.example/2','https://news.example/2','قصف عنيف علي رفح فجر اليوم',X'C13D0F842E0BC863','قصف عنيف على رفح فجر اليوم','قال شهود إن القصف طال أحياء شرق رفح.','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z','','','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z',1,NULL,'','[]','[]','fresh','guid and link not seen before; fresh',1,'opens',0.0,'nothing like it in the window',X'320A3632396433643631373562356562353620313832663161313734623630383237370AD987D8ACD98520D8B9D986D98120D8B1D981D8AD20D8B4D987D8AF20D8B7D8A7D98420D8A7D8ADD98A20D8B4D8B1D9820A0A3320330A0A0A0A6234343138623630613063633232393134663737363736323638303138393333363830313839333336383031383933336438323636663636643832363666363664383236366636366163346237366339636236626364656163623662636465613266363937623763383735393763616438373539376361643837353937636164',X'',0);
INSERT INTO "items" VALUES(2,1,1,'guid-1','https://news.example/1','https://news.example/1','اسعار الخضار تتراجع في اسواق الضفة',X'82B49857DAEF5DB3','أسعار الخضار تتراجع في أسواق الضفة','','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z','','','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z',1,NULL,'','[]','[]','fresh','guid and link not seen before; fresh',2,'opens',0.0,'nothing like it in the window',X'320A3139306336323461316434313662386520300AD8B3D8B9D8B120D8AED8B6D8B120D8AAD8B1D8ACD8B920D8B3D988D8A7D98220D8B6D981D9870A0A3520350A0A0A620A',X'',0);
CREATE TABLE matches (
        id INTEGER PRIMARY KEY,
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        rule TEXT NOT NULL,
        hits TEXT NOT NULL DEFAULT '[]',
        at TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 1,
        UNIQUE (item_id, rule)
    ) STRICT;
INSERT INTO "matches" VALUES(1,1,'rafah','[["رفح","title",13,16,"رفح","exact"],["رفح","summary",32,35,"رفح","exact"]]','2026-11-25T12:00:00.000000Z',1);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE notices (
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
    ) STRICT;
CREATE TABLE polls (
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
    ) STRICT;
INSERT INTO "polls" VALUES(1,1,'2026-11-25T12:00:00.000000Z',40,'new',NULL,2,2,0,1,1,'','[]');
CREATE TABLE revisions (
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        title TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '',
        content_hash BLOB NOT NULL DEFAULT x'',
        replaced_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (item_id, revision)
    ) STRICT;
CREATE TABLE sightings (
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        PRIMARY KEY (item_id, feed_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE silences (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('rule', 'feed', 'story')),
        target TEXT NOT NULL,
        until TEXT NOT NULL,
        created_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (kind, target)
    ) STRICT;
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('deliveries','deliveries_state','1 1 1');
INSERT INTO "sqlite_stat1" VALUES('deliveries','deliveries_order','1 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('deliveries','deliveries_open','1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('deliveries','sqlite_autoindex_deliveries_1','1 1 1');
INSERT INTO "sqlite_stat1" VALUES('alerts','alerts_rule','1 1 1');
INSERT INTO "sqlite_stat1" VALUES('alerts','alerts_created','1 1');
INSERT INTO "sqlite_stat1" VALUES('alerts','alerts_item','1 1');
INSERT INTO "sqlite_stat1" VALUES('alerts','alerts_story','1 1');
INSERT INTO "sqlite_stat1" VALUES('alerts','alerts_once','1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('stories','stories_last','2 2');
INSERT INTO "sqlite_stat1" VALUES('items','items_story','2 1');
INSERT INTO "sqlite_stat1" VALUES('items','items_feed','2 2 2 2');
INSERT INTO "sqlite_stat1" VALUES('items','items_seen','2 2');
INSERT INTO "sqlite_stat1" VALUES('items','items_title','2 1');
INSERT INTO "sqlite_stat1" VALUES('items','items_link','2 1');
INSERT INTO "sqlite_stat1" VALUES('items','items_guid','2 1');
CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        headline TEXT NOT NULL,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        parent_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        pinned INTEGER NOT NULL DEFAULT 0,
        merged_into INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        outlets TEXT NOT NULL DEFAULT '[]',
        items INTEGER NOT NULL DEFAULT 0
    ) STRICT;
INSERT INTO "stories" VALUES(1,'قصف عنيف على رفح فجر اليوم','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z',NULL,0,NULL,'["alpha"]',1);
INSERT INTO "stories" VALUES(2,'أسعار الخضار تتراجع في أسواق الضفة','2026-11-25T12:00:00.000000Z','2026-11-25T12:00:00.000000Z',NULL,0,NULL,'["alpha"]',1);
CREATE TABLE story_apart (
        item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        PRIMARY KEY (item_id, story_id)
    ) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX feeds_due ON feeds (next_poll_at) WHERE configured = 1 AND state <> 'stopped';
CREATE INDEX polls_feed ON polls (feed_id, at);
CREATE INDEX polls_at ON polls (at);
CREATE INDEX stories_last ON stories (last_at);
CREATE INDEX stories_parent ON stories (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX items_guid ON items (guid) WHERE guid <> '';
CREATE INDEX items_link ON items (link_key) WHERE link_key <> '';
CREATE INDEX items_title ON items (title_key) WHERE title_key <> '';
CREATE INDEX items_seen ON items (first_seen_at);
CREATE INDEX items_feed ON items (feed_id, first_seen_at, status);
CREATE INDEX items_story ON items (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX matches_rule ON matches (rule, at);
CREATE UNIQUE INDEX alerts_once ON alerts (rule, story_id, kind) WHERE kind IN ('new', 'corroborated');
CREATE INDEX alerts_story ON alerts (story_id);
CREATE INDEX alerts_item ON alerts (item_id);
CREATE INDEX alerts_created ON alerts (created_at);
CREATE INDEX alerts_rule ON alerts (rule, created_at);
CREATE INDEX deliveries_open ON deliveries (channel, state, next_attempt_at)
        WHERE state IN ('pending', 'held', 'sending', 'waiting', 'unknown');
CREATE INDEX deliveries_order ON deliveries (channel, severity DESC, created_at, id)
        WHERE state IN ('pending', 'held', 'sending', 'waiting', 'unknown');
CREATE INDEX deliveries_repeat ON deliveries (channel, created_at)
        WHERE possible_repeat = 1 AND state IN ('pending', 'held', 'sending', 'waiting', 'unknown');
CREATE INDEX deliveries_batch ON deliveries (batch) WHERE batch <> '';
CREATE INDEX deliveries_state ON deliveries (state, updated_at);
CREATE INDEX attempts_delivery ON attempts (delivery_id);
CREATE INDEX notices_open ON notices (channel, next_attempt_at)
        WHERE state IN ('pending', 'sending', 'waiting', 'unknown');
COMMIT;
PRAGMA user_version=1;
