CREATE TABLE sealed_keys (
    name TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);
