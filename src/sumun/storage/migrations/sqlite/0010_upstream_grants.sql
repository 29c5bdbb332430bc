CREATE TABLE upstream_grants (
    user_id TEXT NOT NULL,
    server TEXT NOT NULL,
    url TEXT NOT NULL,
    issuer TEXT NOT NULL,
    scope TEXT NOT NULL,
    sealed BLOB NOT NULL,
    version INTEGER NOT NULL,
    renewing_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, server)
) STRICT, WITHOUT ROWID;

CREATE TABLE upstream_consents (
    user_id TEXT NOT NULL,
    server TEXT NOT NULL,
    client_id TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, server, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE upstream_clients (
    server TEXT NOT NULL,
    issuer TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (server, issuer)
) STRICT, WITHOUT ROWID;
