"""Being a protected resource: metadata, challenges, bearer verification."""
