"""The events page names every kind of event and every action that the code can record.

They are read from the source: what is given as ``event_type`` or ``action_taken`` to an event,
directly or by way of functions that hand a parameter of theirs on.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sumun.watch.incident import Response

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
PLAYED = "traffic.py"
"""What a simulation lets the detectors see; it is not recorded."""

CHANGE = {"event_type": 0, "action_taken": 1}
"""Where ``rooms.change`` of the command line takes them."""


def documented(heading: str) -> set[str]:
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\|(.*?)\|", section, re.MULTILINE)[2:]
    also = re.findall(r"likewise (.*)\|", section)
    return set(re.findall(r"`(\w+)`", " ".join(rows + also)))


def recorded(field: str) -> set[str]:
    """Every text that the ``field`` of an event can be given, but for an incident's response."""
    return {text for module in MODULES for text in module.given(field)} - {""}


class Module:
    """One module, and what it gives to events."""

    def __init__(self, path: Path) -> None:
        self.nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))))
        self.functions = {
            node.name: node
            for node in self.nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self.tables = {
            node.targets[0].id: node.value
            for node in self.nodes
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Dict)
        }

    def given(self, field: str) -> Iterator[str]:
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Name(id="Event"), keywords=keywords):
                    values = [each.value for each in keywords if each.arg == field]
                case ast.Call(func=ast.Attribute(attr="change", value=ast.Name(id="rooms"))):
                    values = [node.args[CHANGE[field]]]
                case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name == field:
                    values = [value]
                case _:
                    continue
            for value in values:
                yield from self._texts(value)

    def _texts(self, value: ast.expr) -> Iterator[str]:
        """The texts that an expression can be."""
        match value:
            case ast.Constant(value=str(text)):
                yield text
            case ast.IfExp(body=one, orelse=other):
                yield from self._texts(one)
                yield from self._texts(other)
            case ast.JoinedStr(values=[ast.Constant(value=start), ast.FormattedValue(value=end)]):
                yield from (f"{start}{each}" for each in self._texts(end))
            case ast.Call():
                yield from self._answered(value)
            case ast.Name(id=name) if name in self.tables:
                yield from (text for each in self.tables[name].values for text in self._texts(each))
            case ast.Name(id=name):
                yield from self._handed_on(name)

    def _answered(self, call: ast.Call) -> Iterator[str]:
        """What looking into a table, or calling a function of this module, can give."""
        match call:
            case ast.Call(func=ast.Attribute(attr="get", value=table), args=[_, default]):
                yield from self._texts(table)
                yield from self._texts(default)
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                for node in ast.walk(self.functions[name]):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield from self._texts(node.value)
                    elif isinstance(node, ast.Name) and node.id in self.tables:
                        yield from self._texts(node)

    def _handed_on(self, parameter: str) -> Iterator[str]:
        """What functions of this module that have such a parameter are called with."""
        for name, function in self.functions.items():
            names = [each.arg for each in function.args.args if each.arg != "self"]
            if parameter in names:
                for module in [self] if name.startswith("_") else MODULES:
                    yield from module.passed(name, parameter, names.index(parameter))

    def passed(self, name: str, parameter: str, place: int) -> Iterator[str]:
        """What calls here pass to a function for one parameter."""
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Name(id=called)) if called == name:
                    pass
                case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=called)) if (
                    called == name
                ):
                    pass
                case _:
                    continue
            values = [each.value for each in node.keywords if each.arg == parameter]
            for value in values or node.args[place : place + 1]:
                if not isinstance(value, ast.Name):
                    yield from self._texts(value)


MODULES = [Module(path) for path in (ROOT / "src" / "sumun").rglob("*.py") if path.name != PLAYED]


def test_the_source_is_read():
    kinds, actions = recorded("event_type"), recorded("action_taken")
    assert kinds >= {"tool_call", "prompt_access", "mcp_access", "server_added", "client_disabled"}
    assert actions >= {"admitted", "executed", "observed", "executed_with_hashing", "issued"}


@pytest.mark.parametrize(
    ("heading", "field"), [("Kinds", "event_type"), ("What was done", "action_taken")]
)
def test_everything_recorded_is_documented_and_nothing_else(heading, field):
    responses = {each.value for each in Response} if field == "action_taken" else set()
    assert sorted(recorded(field) | responses) == sorted(documented(heading))
