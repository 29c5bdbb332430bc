-- name: add_client
INSERT INTO clients (client_id, metadata, secret_hash, created_at, disabled_at)
VALUES (:client_id, :metadata, :secret_hash, :created_at, :disabled_at);

-- name: add_client_if_absent
INSERT INTO clients (client_id, metadata, secret_hash, created_at, disabled_at)
VALUES (:client_id, :metadata, :secret_hash, :created_at, :disabled_at)
ON CONFLICT (client_id) DO NOTHING;

-- name: find_client
SELECT client_id, metadata, secret_hash, created_at, disabled_at
FROM clients
WHERE client_id = :client_id;

-- name: list_clients
SELECT client_id, metadata, secret_hash, created_at, disabled_at
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

-- name: remove_client
DELETE FROM clients
WHERE client_id = :client_id;
