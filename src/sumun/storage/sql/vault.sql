-- name: keep_vault_row
INSERT INTO vault_rows (row_id, tenant, subject, key_id, sealed, expires_at)
VALUES (:row_id, :tenant, :subject, :key_id, :sealed, :expires_at)
ON CONFLICT (row_id) DO UPDATE SET expires_at = excluded.expires_at
WHERE vault_rows.subject = excluded.subject;

-- name: find_vault_row
SELECT tenant, subject, key_id, sealed FROM vault_rows
WHERE row_id = :row_id AND expires_at > :now;

-- name: count_vault_rows
SELECT COUNT(*) FROM vault_rows WHERE tenant = :tenant;

-- name: forget_oldest_vault_rows
DELETE FROM vault_rows WHERE row_id IN (
    SELECT row_id FROM vault_rows WHERE tenant = :tenant ORDER BY expires_at LIMIT :surplus
);

-- name: purge_vault_rows
DELETE FROM vault_rows WHERE expires_at <= :now;

-- name: erase_vault_subject
DELETE FROM vault_rows WHERE tenant = :tenant AND subject = :subject;

-- name: erase_vault_tenant
DELETE FROM vault_rows WHERE tenant = :tenant;

-- name: erase_vault_key
DELETE FROM vault_rows WHERE key_id = :key_id;
