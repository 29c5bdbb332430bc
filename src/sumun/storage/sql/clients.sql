-- name: add_client
INSERT INTO clients (
    client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at, digest,
    registration_hash
)
VALUES (
    :client_id, :metadata, :secret_hash, :created_at, :disabled_at, :origin, :used_at, :digest,
    :registration_hash
);

-- name: add_client_if_absent
INSERT INTO clients (
    client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at
)
VALUES (:client_id, :metadata, :secret_hash, :created_at, :disabled_at, :origin, :used_at)
ON CONFLICT (client_id) DO NOTHING;

-- name: find_client
SELECT client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at
FROM clients
WHERE client_id = :client_id;

-- name: list_clients
SELECT client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at
FROM clients
ORDER BY client_id;

-- name: disable_client
UPDATE clients SET disabled_at = :now
WHERE client_id = :client_id AND disabled_at IS NULL;

-- name: enable_client
UPDATE clients SET disabled_at = NULL
WHERE client_id = :client_id AND disabled_at IS NOT NULL;

-- name: replace_client_secret
UPDATE clients SET secret_hash = :secret_hash
WHERE client_id = :client_id;

-- name: note_client_use
UPDATE clients SET used_at = :now
WHERE client_id = :client_id AND used_at IS NULL;

-- name: remove_client
DELETE FROM clients
WHERE client_id = :client_id;
