-- name: add_passkey
INSERT INTO passkeys (
    credential_id, user_id, public_key, sign_count, name, aaguid, backed_up, created_at, used_at
)
VALUES (
    :credential_id, :user_id, :public_key, :sign_count, :name, :aaguid, :backed_up, :created_at,
    NULL
);

-- name: find_passkey
SELECT credential_id, user_id, public_key, sign_count, name, aaguid, backed_up, created_at, used_at
FROM passkeys
WHERE credential_id = :credential_id;

-- name: list_passkeys
SELECT credential_id, user_id, public_key, sign_count, name, aaguid, backed_up, created_at, used_at
FROM passkeys
WHERE user_id = :user_id
ORDER BY created_at, credential_id;

-- name: use_passkey
UPDATE passkeys
SET sign_count = :sign_count, backed_up = :backed_up, used_at = :now
WHERE credential_id = :credential_id
    AND (sign_count < :sign_count OR (sign_count = 0 AND :sign_count = 0));

-- name: remove_passkey
DELETE FROM passkeys
WHERE credential_id = :credential_id AND user_id = :user_id;
