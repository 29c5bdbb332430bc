CREATE TABLE pending_logouts (
    session_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    PRIMARY KEY (session_id, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_logouts_next_try_at ON pending_logouts (next_try_at);

CREATE TABLE traces (
    ref TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    grant_id TEXT,
    token_id TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX traces_grant_id ON traces (grant_id);
CREATE INDEX traces_token_id ON traces (token_id);
CREATE INDEX traces_created_at ON traces (created_at);

CREATE TABLE trace_steps (
    ref TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (ref, noted_at)
) STRICT, WITHOUT ROWID;
