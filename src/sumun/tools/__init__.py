"""Sumun's own MCP server."""
