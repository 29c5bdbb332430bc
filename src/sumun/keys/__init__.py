"""Key material: the root secret and what is derived from it, the signing keyring, rotation."""
