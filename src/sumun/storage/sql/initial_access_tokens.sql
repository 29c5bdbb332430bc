-- name: add_initial_access_token
INSERT INTO initial_access_tokens (
    token_hash, token_id, scope, uses_left, created_at, expires_at
)
VALUES (:token_hash, :token_id, :scope, :uses_left, :created_at, :expires_at);

-- name: find_initial_access_token
SELECT token_id, scope, uses_left, created_at, expires_at
FROM initial_access_tokens
WHERE token_hash = :token_hash AND uses_left > 0 AND expires_at > :now;

-- name: use_initial_access_token
UPDATE initial_access_tokens SET uses_left = uses_left - 1
WHERE token_hash = :token_hash AND uses_left > 0 AND expires_at > :now;

-- name: list_initial_access_tokens
SELECT token_id, scope, uses_left, created_at, expires_at
FROM initial_access_tokens
WHERE uses_left > 0 AND expires_at > :now
ORDER BY expires_at, token_id;

-- name: revoke_initial_access_token
DELETE FROM initial_access_tokens WHERE token_id = :token_id;

-- name: purge_initial_access_tokens
DELETE FROM initial_access_tokens WHERE expires_at <= :now OR uses_left <= 0;
