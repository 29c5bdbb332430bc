"""The ways to reach a server behind the gateway."""
