-- name: add_device_code
INSERT INTO device_codes (
    device_hash, user_code_hash, client_id, resource, scope, authorization_details, source,
    created_at, expires_at, poll_interval, poll_after, opened_by, decided_at, grant_id, used_at
)
VALUES (
    :device_hash, :user_code_hash, :client_id, :resource, :scope, :authorization_details, :source,
    :created_at, :expires_at, :poll_interval, :poll_after, NULL, NULL, NULL, NULL
);

-- name: find_device_code
SELECT client_id, resource, scope, authorization_details, source, created_at, expires_at,
    opened_by, decided_at, grant_id, used_at
FROM device_codes
WHERE device_hash = :device_hash;

-- name: find_device_code_by_user_code
SELECT client_id, resource, scope, authorization_details, source, created_at, expires_at,
    opened_by, decided_at, grant_id, used_at
FROM device_codes
WHERE user_code_hash = :user_code_hash;

-- name: poll_device_code
UPDATE device_codes SET poll_after = :now + poll_interval
WHERE device_hash = :device_hash AND poll_after <= :now;

-- name: slow_device_down
UPDATE device_codes
SET poll_interval = poll_interval + :more, poll_after = :now + poll_interval + :more
WHERE device_hash = :device_hash AND poll_interval < :longest;

-- name: open_device_code
UPDATE device_codes SET opened_by = :user_id
WHERE user_code_hash = :user_code_hash AND expires_at > :now AND decided_at IS NULL
    AND (opened_by IS NULL OR opened_by = :user_id);

-- name: decide_device_code
UPDATE device_codes SET decided_at = :now, grant_id = :grant_id
WHERE user_code_hash = :user_code_hash AND opened_by = :user_id AND expires_at > :now
    AND decided_at IS NULL;

-- name: use_device_code
UPDATE device_codes SET used_at = :now
WHERE device_hash = :device_hash AND grant_id = :grant_id AND used_at IS NULL
    AND expires_at > :now;

-- name: purge_device_codes
DELETE FROM device_codes WHERE expires_at <= :before;
