CREATE TABLE claimed_jtis (
    claim BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX claimed_jtis_expires_at ON claimed_jtis (expires_at);

CREATE TABLE pushed_requests (
    request_hash BYTEA PRIMARY KEY,
    client_id TEXT NOT NULL,
    parameters TEXT NOT NULL,
    dpop_jkt TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX pushed_requests_expires_at ON pushed_requests (expires_at);

CREATE TABLE device_codes (
    device_hash BYTEA PRIMARY KEY,
    user_code_hash BYTEA NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    scope TEXT NOT NULL,
    authorization_details TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    poll_interval BIGINT NOT NULL,
    poll_after BIGINT NOT NULL,
    opened_by TEXT,
    decided_at BIGINT,
    grant_id TEXT,
    used_at BIGINT
);
CREATE INDEX device_codes_expires_at ON device_codes (expires_at);
