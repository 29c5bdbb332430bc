-- name: add_upstream_server
INSERT INTO upstream_servers (name, definition, created_at) VALUES (:name, :definition, :created_at);

-- name: remove_upstream_server
DELETE FROM upstream_servers WHERE name = :name;

-- name: list_upstream_servers
SELECT name, definition FROM upstream_servers ORDER BY name;
