-- name: put_consent
INSERT INTO consents (user_id, client_id, resource, scope, fingerprint, granted_at)
VALUES (:user_id, :client_id, :resource, :scope, :fingerprint, :granted_at)
ON CONFLICT (user_id, client_id, resource) DO UPDATE
SET scope = excluded.scope, fingerprint = excluded.fingerprint, granted_at = excluded.granted_at;

-- name: find_consent
SELECT user_id, client_id, resource, scope, fingerprint, granted_at
FROM consents
WHERE user_id = :user_id AND client_id = :client_id AND resource = :resource;

-- name: list_consents
SELECT user_id, client_id, resource, scope, fingerprint, granted_at
FROM consents
WHERE user_id = :user_id
ORDER BY client_id, resource;

-- name: remove_consent
DELETE FROM consents
WHERE user_id = :user_id AND client_id = :client_id AND resource = :resource;
