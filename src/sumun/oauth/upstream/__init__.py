"""Being a client ourselves: of the authorization servers that guard the servers upstream."""
