-- name: find_upstream_grant
SELECT user_id, server, url, issuer, scope, sealed, version, renewing_until, created_at
FROM upstream_grants
WHERE user_id = :user_id AND server = :server;

-- name: list_upstream_grants
SELECT user_id, server, url, issuer, scope, sealed, version, renewing_until, created_at
FROM upstream_grants
WHERE user_id = :user_id
ORDER BY server;

-- name: put_upstream_grant
INSERT INTO upstream_grants
    (user_id, server, url, issuer, scope, sealed, version, renewing_until, created_at)
VALUES
    (:user_id, :server, :url, :issuer, :scope, :sealed, :version, 0, :created_at)
ON CONFLICT (user_id, server) DO UPDATE
SET url = excluded.url, issuer = excluded.issuer, scope = excluded.scope,
    sealed = excluded.sealed, version = excluded.version, renewing_until = 0,
    created_at = excluded.created_at;

-- name: lease_upstream_grant
UPDATE upstream_grants SET renewing_until = :until
WHERE user_id = :user_id AND server = :server AND version = :version AND renewing_until <= :now;

-- name: release_upstream_grant
UPDATE upstream_grants SET renewing_until = 0
WHERE user_id = :user_id AND server = :server AND version = :version;

-- name: renew_upstream_grant
UPDATE upstream_grants
SET scope = :scope, sealed = :sealed, version = :renewed, renewing_until = 0
WHERE user_id = :user_id AND server = :server AND version = :version;

-- name: end_upstream_grant
DELETE FROM upstream_grants
WHERE user_id = :user_id AND server = :server AND version = :version;

-- name: remove_upstream_grant
DELETE FROM upstream_grants
WHERE user_id = :user_id AND server = :server;

-- name: put_upstream_consent
INSERT INTO upstream_consents (user_id, server, client_id, granted_at)
VALUES (:user_id, :server, :client_id, :granted_at)
ON CONFLICT (user_id, server, client_id) DO UPDATE SET granted_at = excluded.granted_at;

-- name: find_upstream_consent
SELECT granted_at
FROM upstream_consents
WHERE user_id = :user_id AND server = :server AND client_id = :client_id;

-- name: list_upstream_consents
SELECT server, client_id
FROM upstream_consents
WHERE user_id = :user_id
ORDER BY server, client_id;

-- name: remove_upstream_consents
DELETE FROM upstream_consents
WHERE user_id = :user_id AND server = :server;

-- name: find_upstream_client
SELECT sealed
FROM upstream_clients
WHERE server = :server AND issuer = :issuer;

-- name: put_upstream_client
INSERT INTO upstream_clients (server, issuer, sealed, created_at)
VALUES (:server, :issuer, :sealed, :created_at)
ON CONFLICT (server, issuer) DO UPDATE
SET sealed = excluded.sealed, created_at = excluded.created_at;

