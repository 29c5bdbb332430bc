-- name: list_pins
SELECT server, kind, name, approved, held
FROM pins
WHERE :server = '' OR server = :server
ORDER BY server, kind, name;

-- name: state_of_pins
SELECT COUNT(*), SUM(version), MAX(changed_at) FROM pins;

-- name: keep_pin
INSERT INTO pins (server, kind, name, approved, held, version, changed_at)
VALUES (:server, :kind, :name, :approved, :held, 1, :changed_at)
ON CONFLICT (server, kind, name) DO UPDATE SET
    approved = COALESCE(pins.approved, excluded.approved),
    held = excluded.held,
    version = pins.version + 1,
    changed_at = excluded.changed_at;

-- name: approve_pin
UPDATE pins SET approved = held, held = NULL, version = version + 1, changed_at = :changed_at
WHERE server = :server AND kind = :kind AND name = :name AND held IS NOT NULL;

-- name: forget_pins
DELETE FROM pins WHERE server = :server;
