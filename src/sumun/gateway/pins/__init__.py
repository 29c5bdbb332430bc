"""What servers say of their tools, kept to what was approved (no "rug pull")."""
