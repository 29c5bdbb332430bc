-- name: find_client_by_digest
SELECT client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at
FROM clients
WHERE digest = :digest;

-- name: find_registered_client
SELECT client_id, metadata, secret_hash, created_at, disabled_at, origin, used_at
FROM clients
WHERE client_id = :client_id AND registration_hash = :registration_hash;

-- name: share_client
UPDATE clients SET registration_hash = NULL, created_at = :now
WHERE client_id = :client_id AND digest = :digest;

-- name: change_registered_client
UPDATE clients SET metadata = :metadata, secret_hash = :secret_hash, digest = NULL
WHERE client_id = :client_id AND registration_hash = :registration_hash;

-- name: remove_registered_client
DELETE FROM clients
WHERE client_id = :client_id AND registration_hash = :registration_hash;

-- name: list_grants_of_client
SELECT grant_id FROM authorization_grants
WHERE client_id = :client_id AND revoked_at IS NULL;

-- name: purge_unused_clients
DELETE FROM clients
WHERE origin <> 'operator' AND used_at IS NULL AND created_at < :created_before;
