-- name: add_recovery_code
INSERT INTO recovery_codes (code_hash, user_id, created_at, used_at)
VALUES (:code_hash, :user_id, :now, NULL);

-- name: count_recovery_codes
SELECT COUNT(*)
FROM recovery_codes
WHERE user_id = :user_id AND used_at IS NULL;

-- name: use_recovery_code
UPDATE recovery_codes SET used_at = :now
WHERE code_hash = :code_hash AND user_id = :user_id AND used_at IS NULL;

-- name: remove_recovery_codes
DELETE FROM recovery_codes
WHERE user_id = :user_id;
