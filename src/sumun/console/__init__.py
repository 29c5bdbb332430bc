"""The pages people see: they work without scripts, in Korean and English."""

from sumun.console.console import Console
from sumun.console.logout_pages import LogoutPages
from sumun.console.problem_page import ProblemPage

__all__ = ["Console", "LogoutPages", "ProblemPage"]
