"""The authorization server: one module per endpoint, per grant, per client authentication."""
