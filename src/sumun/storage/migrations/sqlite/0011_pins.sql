CREATE TABLE pins (
    server TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    approved TEXT,
    held TEXT,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (server, kind, name)
) STRICT, WITHOUT ROWID;
