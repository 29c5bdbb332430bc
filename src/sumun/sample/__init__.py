"""A sample MCP server full of invented customers: an ordinary upstream that knows no Sumun."""
