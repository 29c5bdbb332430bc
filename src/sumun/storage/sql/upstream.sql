-- name: add_upstream_request
INSERT INTO upstream_requests (state_hash, provider, sealed, expires_at)
VALUES (:state_hash, :provider, :sealed, :expires_at);

-- name: find_upstream_request
SELECT sealed
FROM upstream_requests
WHERE state_hash = :state_hash AND provider = :provider AND expires_at > :now;

-- name: use_upstream_request
DELETE FROM upstream_requests
WHERE state_hash = :state_hash AND expires_at > :now;

-- name: purge_upstream_requests
DELETE FROM upstream_requests
WHERE expires_at <= :before;

-- name: add_identity
INSERT INTO upstream_identities (issuer, subject, user_id, created_at, used_at)
VALUES (:issuer, :subject, :user_id, :now, NULL);

-- name: find_identity
SELECT issuer, subject, user_id, created_at, used_at
FROM upstream_identities
WHERE issuer = :issuer AND subject = :subject;

-- name: list_identities
SELECT issuer, subject, user_id, created_at, used_at
FROM upstream_identities
WHERE user_id = :user_id
ORDER BY issuer, subject;

-- name: use_identity
UPDATE upstream_identities SET used_at = :now
WHERE issuer = :issuer AND subject = :subject;

-- name: remove_identity
DELETE FROM upstream_identities
WHERE issuer = :issuer AND subject = :subject AND user_id = :user_id;
