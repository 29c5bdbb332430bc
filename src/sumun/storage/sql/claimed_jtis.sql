-- name: claim_jti
INSERT INTO claimed_jtis (claim, expires_at)
VALUES (:claim, :expires_at)
ON CONFLICT (claim) DO NOTHING;

-- name: purge_claimed_jtis
DELETE FROM claimed_jtis WHERE expires_at <= :expired_before;
