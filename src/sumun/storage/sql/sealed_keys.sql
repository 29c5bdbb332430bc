-- name: list_sealed_keys
SELECT name, version, sealed FROM sealed_keys;

-- name: find_sealed_key
SELECT version, sealed FROM sealed_keys WHERE name = :name;

-- name: store_sealed_key
INSERT INTO sealed_keys (name, version, sealed) VALUES (:name, :version, :sealed)
ON CONFLICT (name) DO UPDATE SET version = excluded.version, sealed = excluded.sealed;
