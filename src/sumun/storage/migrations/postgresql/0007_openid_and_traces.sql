CREATE TABLE pending_logouts (
    session_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);
CREATE INDEX pending_logouts_next_try_at ON pending_logouts (next_try_at);

CREATE TABLE traces (
    ref TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    grant_id TEXT,
    token_id TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX traces_grant_id ON traces (grant_id);
CREATE INDEX traces_token_id ON traces (token_id);
CREATE INDEX traces_created_at ON traces (created_at);

CREATE TABLE trace_steps (
    ref TEXT NOT NULL,
    noted_at BIGINT NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (ref, noted_at)
);
