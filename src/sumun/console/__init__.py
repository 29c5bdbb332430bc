"""The pages people see: they work without scripts, in Korean and English."""

from sumun.console.connections import Connections
from sumun.console.console import Console
from sumun.console.csrf import Csrf
from sumun.console.logout_pages import LogoutPages
from sumun.console.playground import PLAYGROUND_PATH, PlaygroundPage
from sumun.console.problem_page import ProblemPage
from sumun.console.rendering import static_routes

__all__ = [
    "PLAYGROUND_PATH",
    "Connections",
    "Console",
    "Csrf",
    "LogoutPages",
    "PlaygroundPage",
    "ProblemPage",
    "static_routes",
]
