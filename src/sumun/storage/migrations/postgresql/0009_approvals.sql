CREATE TABLE approvals (
    approval_id TEXT NOT NULL PRIMARY KEY,
    digest BYTEA NOT NULL,
    tenant TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    server TEXT NOT NULL,
    tool TEXT NOT NULL,
    arguments TEXT NOT NULL,
    rule TEXT NOT NULL,
    approvers TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    decision TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    closed_at BIGINT
);

CREATE UNIQUE INDEX open_approvals ON approvals (digest) WHERE closed_at IS NULL;
