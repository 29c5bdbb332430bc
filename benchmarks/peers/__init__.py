"""What Sumun is measured against; each peer is a server of its own: ``python -m … PORT``."""
