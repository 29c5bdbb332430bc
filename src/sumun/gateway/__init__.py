"""MCP over HTTP: messages, upstreams, streams."""
