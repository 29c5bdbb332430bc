-- name: add_refresh_token
INSERT INTO refresh_tokens (
    token_hash, grant_id, dpop_jkt, created_at, expires_at, used_at, successor
)
VALUES (:token_hash, :grant_id, :dpop_jkt, :created_at, :expires_at, NULL, NULL);

-- name: find_refresh_token
SELECT t.grant_id, t.dpop_jkt, t.created_at, t.expires_at, t.used_at, t.successor,
    g.grant_id, g.client_id, g.user_id, g.resource, g.scope, g.session_id, g.auth_time, g.amr,
    g.acr, g.authorization_details, g.created_at, g.expires_at, g.revoked_at
FROM refresh_tokens t JOIN authorization_grants g ON g.grant_id = t.grant_id
WHERE t.token_hash = :token_hash;

-- name: use_refresh_token
UPDATE refresh_tokens SET used_at = :now, successor = :successor
WHERE token_hash = :token_hash AND used_at IS NULL AND expires_at > :now
    AND EXISTS (
        SELECT 1
        FROM authorization_grants g JOIN users u ON u.user_id = g.user_id
        WHERE g.grant_id = refresh_tokens.grant_id AND g.revoked_at IS NULL
            AND g.expires_at > :now AND u.disabled_at IS NULL
    );

-- name: purge_refresh_tokens
DELETE FROM refresh_tokens WHERE expires_at <= :before;
