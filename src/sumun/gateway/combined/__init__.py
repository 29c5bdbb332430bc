"""One endpoint for Sumun's own tools and those of every server behind the gateway."""
