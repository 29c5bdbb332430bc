ALTER TABLE clients ADD COLUMN origin TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE clients ADD COLUMN used_at INTEGER;
ALTER TABLE clients ADD COLUMN digest BLOB;
ALTER TABLE clients ADD COLUMN registration_hash BLOB;
CREATE UNIQUE INDEX clients_digest ON clients (digest);

CREATE TABLE initial_access_tokens (
    token_hash BLOB PRIMARY KEY,
    token_id TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    uses_left INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE client_documents (
    client_id TEXT PRIMARY KEY,
    metadata TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_documents_fetched_at ON client_documents (fetched_at);
