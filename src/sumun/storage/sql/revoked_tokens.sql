-- name: revoke_token
INSERT INTO revoked_tokens (token_id, expires_at, revoked_at)
VALUES (:token_id, :expires_at, :revoked_at)
ON CONFLICT (token_id) DO NOTHING;

-- name: find_revoked_token
SELECT 1 FROM revoked_tokens WHERE token_id = :token_id;

-- name: find_revocation
SELECT 1 FROM revoked_tokens WHERE token_id IN (:token_id, :grant_id);

-- name: purge_revoked_tokens
DELETE FROM revoked_tokens WHERE expires_at <= :now;
