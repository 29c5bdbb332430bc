CREATE TABLE upstream_grants (
    user_id TEXT NOT NULL,
    server TEXT NOT NULL,
    url TEXT NOT NULL,
    issuer TEXT NOT NULL,
    scope TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    version BIGINT NOT NULL,
    renewing_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, server)
);

CREATE TABLE upstream_consents (
    user_id TEXT NOT NULL,
    server TEXT NOT NULL,
    client_id TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, server, client_id)
);

CREATE TABLE upstream_clients (
    server TEXT NOT NULL,
    issuer TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (server, issuer)
);
