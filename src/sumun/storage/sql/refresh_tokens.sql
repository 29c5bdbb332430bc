-- name: add_refresh_token
INSERT INTO refresh_tokens (
    token_hash, grant_id, dpop_jkt, created_at, expires_at, used_at, successor
)
VALUES (:token_hash, :grant_id, :dpop_jkt, :created_at, :expires_at, NULL, NULL);

-- name: find_refresh_token
SELECT grant_id, dpop_jkt, created_at, expires_at, used_at, successor
FROM refresh_tokens
WHERE token_hash = :token_hash;

-- name: use_refresh_token
UPDATE refresh_tokens SET used_at = :now, successor = :successor
WHERE token_hash = :token_hash AND used_at IS NULL AND expires_at > :now;

-- name: purge_refresh_tokens
DELETE FROM refresh_tokens WHERE expires_at <= :before;
