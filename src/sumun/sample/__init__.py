"""A small MCP server full of invented people, for demonstrations. It knows nothing of Sumun."""
