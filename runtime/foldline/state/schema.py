"""The tables that the runtime keeps in a service's state, beside those of its projectors."""

from foldline.wire import READABLE

VERSION = 3
"""Of these tables. A state of another version is set aside and rebuilt from the log."""

TABLES = """
-- With rowids: a row is too long for an index to hold, which would grow deep, and dearer to write with each entity.
CREATE TABLE foldline_entities (
    topic TEXT NOT NULL, id TEXT NOT NULL, partition INTEGER NOT NULL, origin INTEGER NOT NULL,
    follows INTEGER NOT NULL, kind INTEGER NOT NULL, value BLOB, headers TEXT NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (topic, id)
);
CREATE INDEX foldline_readable ON foldline_entities (topic, id) WHERE kind = 0;
CREATE INDEX foldline_unreadable ON foldline_entities (topic, id) WHERE kind = 2;

-- next: offset to fold next. last, digest, time: the record folded last, to notice a log cut or made anew.
-- changes_from: foldline_changes holds every change from this offset on.
CREATE TABLE foldline_positions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, identity TEXT NOT NULL, next INTEGER NOT NULL,
    last INTEGER, digest BLOB, time INTEGER NOT NULL DEFAULT 0, changes_from INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
) WITHOUT ROWID;

CREATE TABLE foldline_keys (
    key BLOB PRIMARY KEY, request BLOB, topic TEXT NOT NULL, id TEXT NOT NULL, partition INTEGER NOT NULL,
    origin INTEGER NOT NULL, value BLOB, answer TEXT NOT NULL, time INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX foldline_keys_by_time ON foldline_keys (time);

CREATE TABLE foldline_changes (
    number INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
    id TEXT NOT NULL, origin INTEGER NOT NULL, value BLOB, headers TEXT NOT NULL, time INTEGER NOT NULL
);

CREATE TABLE foldline_repairs (
    topic TEXT NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (topic, id)
) WITHOUT ROWID;

CREATE TABLE foldline_dead_letters (
    number INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
    key BLOB, value BLOB, headers TEXT NOT NULL, reason TEXT NOT NULL, time INTEGER NOT NULL,
    UNIQUE (topic, partition, offset)
);

CREATE TABLE foldline_projectors (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE foldline_parked (
    number INTEGER PRIMARY KEY, projector TEXT NOT NULL, topic TEXT NOT NULL, id TEXT NOT NULL,
    before BLOB, value BLOB, headers TEXT NOT NULL, partition INTEGER NOT NULL, origin INTEGER NOT NULL,
    time INTEGER NOT NULL, reason TEXT NOT NULL,
    UNIQUE (projector, topic, id)
);
"""


def topic_view(topic: str, *, upcasts: bool) -> str:
    """SQL of the view `<topic>(id, payload)` that queries read: the payload is JSON text, its id the key.

    Where the topic has an upcast, the connection's function `foldline_payload` applies it.
    """
    stored = "json_set(CAST(value AS TEXT) -> '$.payload', '$.id', id)"
    payload = f"foldline_payload('{topic}', id, value)" if upcasts else stored
    return (
        f'CREATE TEMP VIEW "{topic}" (id, payload) AS '
        f"SELECT id, {payload} FROM main.foldline_entities WHERE topic = '{topic}' AND kind = {READABLE}"
    )
