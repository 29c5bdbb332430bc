"""What the gateway shows a server behind it, in place of the caller's token (never that)."""
