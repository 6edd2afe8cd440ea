CREATE TABLE counters (
    subscription INTEGER NOT NULL, -- 0: of the store as a whole
    name         TEXT NOT NULL,    -- a class, a kind of subject, a state of jobs, …
    value        INTEGER NOT NULL,
    PRIMARY KEY (subscription, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
    job     INTEGER NOT NULL, -- jobs.id
    token   INTEGER NOT NULL, -- of the lease under which it failed: rises, where attempts are counted anew
    attempt INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    error   TEXT NOT NULL,
    PRIMARY KEY (job, token)
) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription INTEGER NOT NULL,
    message      INTEGER,          -- messages.seq, for a job about a message
    subject      INTEGER,          -- subjects.id: within whose order it runs
    turn         TEXT,             -- ready, failed, gone, timed_out, for a job about a need
    mark         TEXT,             -- what it is the only job of its subject for
    state        TEXT NOT NULL,    -- scheduled, waiting, retrying, running, dead, done
    place        INTEGER NOT NULL, -- in the order of its subject: its message; for a turn, the newest message when it was made
    queued       INTEGER,          -- 1: it can be claimed, 2: it waits behind another of its subject
    lane         INTEGER,          -- 1: it is the one of its subject that runs or runs next
    attempts     INTEGER NOT NULL,
    token        INTEGER NOT NULL, -- rises with each claim
    replays      INTEGER NOT NULL, -- how often a new idempotency key was asked for
    key          TEXT NOT NULL,    -- the idempotency key, without replays
    created_at   INTEGER NOT NULL,
    due_at       INTEGER,          -- when it can be claimed, or when its lease runs out
    ended_at     INTEGER,
    error        TEXT              -- what the last attempt failed with
) STRICT;
CREATE TABLE marks (
    subscription INTEGER NOT NULL,
    subject      INTEGER NOT NULL,
    mark         TEXT NOT NULL,
    PRIMARY KEY (subscription, subject, mark)
) STRICT, WITHOUT ROWID;
CREATE TABLE messages (
    seq              INTEGER PRIMARY KEY, -- the place in the order of commits
    endpoint         TEXT NOT NULL,
    message_id       TEXT NOT NULL,       -- unique within the endpoint
    scope            TEXT NOT NULL,
    class            TEXT NOT NULL,       -- event, unknown, unreadable
    event_name       TEXT,
    subject          INTEGER,             -- subjects.id: its primary subject
    received_at      INTEGER NOT NULL,    -- the first delivery
    last_received_at INTEGER NOT NULL,
    deliveries       INTEGER NOT NULL,
    conflicts        INTEGER NOT NULL,    -- deliveries with another body than the first
    header_family    TEXT,                -- svix, webhook; with the next three: what verifies it again
    sent_at          INTEGER,             -- the signed timestamp, in seconds
    signature        TEXT,
    key_label        TEXT,
    error            TEXT,                -- why it is unreadable
    forgotten_at     INTEGER,             -- when it was pruned or erased
    body             BLOB                 -- last, so that nothing else is read past it
) STRICT;
CREATE TABLE probe (
    id      INTEGER PRIMARY KEY, -- always 1
    written BLOB NOT NULL        -- nobody reads it
) STRICT;
CREATE TABLE subjects (
    id         INTEGER PRIMARY KEY, -- the order in which they were first heard of
    scope      TEXT NOT NULL,
    kind       TEXT NOT NULL,       -- recording, bot, sdk_upload
    subject_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    erased_at  INTEGER,
    state      TEXT NOT NULL        -- JSON
) STRICT;
CREATE TABLE subscriptions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    interest   TEXT NOT NULL,       -- JSON
    start      TEXT NOT NULL,       -- now, beginning
    ord        TEXT NOT NULL,       -- relaxed, strict
    parked     INTEGER NOT NULL,    -- 1: nobody works for it
    position   INTEGER,             -- jobs were made up to here; NULL: they are made as messages come
    since      INTEGER NOT NULL,    -- the last message that was there before this interest was
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_blocked ON jobs (subscription, subject, place) WHERE queued = 2;
CREATE INDEX jobs_by_mark ON jobs (subject) WHERE mark IS NOT NULL;
CREATE UNIQUE INDEX jobs_by_message ON jobs (message, subscription) WHERE message IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (subscription) WHERE state = 'dead';
CREATE INDEX jobs_due ON jobs (subscription, due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_lane ON jobs (subscription, subject) WHERE lane = 1;
CREATE INDEX jobs_ready ON jobs (subscription, place) WHERE queued = 1;
CREATE INDEX messages_by_age ON messages (endpoint, received_at) WHERE forgotten_at IS NULL;
CREATE UNIQUE INDEX messages_by_id ON messages (message_id, endpoint);
CREATE INDEX messages_by_subject ON messages (subject, seq) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX subjects_by_id ON subjects (subject_id, kind, scope);
