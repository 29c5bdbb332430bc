-- name: add_code
INSERT INTO authorization_codes (
    code_hash, grant_id, redirect_uri, code_challenge, nonce, dpop_jkt, expires_at, used_at
)
VALUES (
    :code_hash, :grant_id, :redirect_uri, :code_challenge, :nonce, :dpop_jkt, :expires_at, NULL
);

-- name: find_code
SELECT grant_id, redirect_uri, code_challenge, nonce, dpop_jkt, expires_at, used_at
FROM authorization_codes
WHERE code_hash = :code_hash;

-- name: use_code
UPDATE authorization_codes SET used_at = :now
WHERE code_hash = :code_hash AND used_at IS NULL AND expires_at > :now;

-- name: purge_codes
DELETE FROM authorization_codes WHERE expires_at <= :before;
