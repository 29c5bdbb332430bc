ALTER TABLE clients ADD COLUMN origin TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE clients ADD COLUMN used_at BIGINT;
ALTER TABLE clients ADD COLUMN digest BYTEA;
ALTER TABLE clients ADD COLUMN registration_hash BYTEA;
CREATE UNIQUE INDEX clients_digest ON clients (digest);

CREATE TABLE initial_access_tokens (
    token_hash BYTEA PRIMARY KEY,
    token_id TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    uses_left BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE client_documents (
    client_id TEXT PRIMARY KEY,
    metadata TEXT NOT NULL,
    fetched_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX client_documents_fetched_at ON client_documents (fetched_at);
