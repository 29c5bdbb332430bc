"""Plain HTTP APIs past the guard."""

from sumun.integrations.api.middleware import SumunAPI

__all__ = ["SumunAPI"]
