"""Between the eras of MCP: revisions that begin with a handshake, and those that need none."""
