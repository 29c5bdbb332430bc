CREATE TABLE vault_rows (
    row_id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX vault_rows_tenant_subject ON vault_rows (tenant, subject);
CREATE INDEX vault_rows_tenant_expires_at ON vault_rows (tenant, expires_at);
CREATE INDEX vault_rows_expires_at ON vault_rows (expires_at);
CREATE INDEX vault_rows_key_id ON vault_rows (key_id);
