CREATE TABLE clients (
    client_id TEXT PRIMARY KEY,
    metadata TEXT NOT NULL,
    secret_hash TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    locale TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE revoked_tokens (
    token_id TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX revoked_tokens_expires_at ON revoked_tokens (expires_at);

CREATE TABLE upstream_servers (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE audit_events (
    node TEXT NOT NULL,
    seq BIGINT NOT NULL,
    time BIGINT NOT NULL,
    event_type TEXT NOT NULL,
    user_id TEXT,
    client_id TEXT,
    server TEXT,
    tool_name TEXT,
    line BYTEA NOT NULL,
    leaf_hash BYTEA NOT NULL,
    PRIMARY KEY (node, seq)
);

CREATE TABLE audit_heads (
    node TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    frontier BYTEA NOT NULL,
    last_hash BYTEA NOT NULL,
    last_time BIGINT NOT NULL,
    copied BIGINT NOT NULL,
    checkpoint TEXT NOT NULL
);

CREATE TABLE audit_checkpoints (
    node TEXT NOT NULL,
    size BIGINT NOT NULL,
    checkpoint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (node, size)
);
