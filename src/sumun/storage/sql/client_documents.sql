-- name: find_client_document
SELECT client_id, metadata, fetched_at, expires_at
FROM client_documents
WHERE client_id = :client_id;

-- name: put_client_document
INSERT INTO client_documents (client_id, metadata, fetched_at, expires_at)
VALUES (:client_id, :metadata, :fetched_at, :expires_at)
ON CONFLICT (client_id) DO UPDATE
SET metadata = excluded.metadata, fetched_at = excluded.fetched_at,
    expires_at = excluded.expires_at;

-- name: remove_client_document
DELETE FROM client_documents WHERE client_id = :client_id;

-- name: purge_client_documents
DELETE FROM client_documents
WHERE fetched_at < :fetched_before OR fetched_at < (
    SELECT fetched_at FROM client_documents
    ORDER BY fetched_at DESC LIMIT 1 OFFSET :keep
);
