-- name: add_grant
INSERT INTO authorization_grants (
    grant_id, client_id, user_id, resource, scope, session_id, auth_time, amr, acr,
    authorization_details, created_at, expires_at, revoked_at
)
VALUES (
    :grant_id, :client_id, :user_id, :resource, :scope, :session_id, :auth_time, :amr, :acr,
    :authorization_details, :created_at, :expires_at, NULL
);

-- name: find_grant
SELECT grant_id, client_id, user_id, resource, scope, session_id, auth_time, amr, acr,
    authorization_details, created_at, expires_at, revoked_at
FROM authorization_grants
WHERE grant_id = :grant_id;

-- name: list_grants
SELECT grant_id, client_id, user_id, resource, scope, session_id, auth_time, amr, acr,
    authorization_details, created_at, expires_at, revoked_at
FROM authorization_grants
WHERE user_id = :user_id AND revoked_at IS NULL AND expires_at > :now
ORDER BY created_at DESC, grant_id;

-- name: find_live_grant
SELECT 1
FROM authorization_grants g JOIN users u ON u.user_id = g.user_id
WHERE g.grant_id = :grant_id AND g.revoked_at IS NULL AND g.expires_at > :now
    AND u.disabled_at IS NULL;

-- name: revoke_grant
UPDATE authorization_grants SET revoked_at = :now
WHERE grant_id = :grant_id AND revoked_at IS NULL;

-- name: purge_grants
DELETE FROM authorization_grants WHERE expires_at <= :before;

-- name: list_online_grants
SELECT grant_id
FROM authorization_grants
WHERE session_id = :session_id AND revoked_at IS NULL
    AND ' ' || scope || ' ' NOT LIKE '% offline_access %';

-- name: list_client_grants
SELECT grant_id
FROM authorization_grants
WHERE user_id = :user_id AND client_id = :client_id AND resource = :resource
    AND revoked_at IS NULL;
