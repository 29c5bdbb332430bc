CREATE TABLE claimed_jtis (
    claim BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_jtis_expires_at ON claimed_jtis (expires_at);

CREATE TABLE pushed_requests (
    request_hash BLOB PRIMARY KEY,
    client_id TEXT NOT NULL,
    parameters TEXT NOT NULL,
    dpop_jkt TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_requests_expires_at ON pushed_requests (expires_at);

CREATE TABLE device_codes (
    device_hash BLOB PRIMARY KEY,
    user_code_hash BLOB NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    scope TEXT NOT NULL,
    authorization_details TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    poll_interval INTEGER NOT NULL,
    poll_after INTEGER NOT NULL,
    opened_by TEXT,
    decided_at INTEGER,
    grant_id TEXT,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX device_codes_expires_at ON device_codes (expires_at);
