"""Doors inside someone else's program: FastMCP, FastAPI, a decorator."""
