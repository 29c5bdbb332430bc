"""The reference pages say what the code says."""

import json
import re
import types
import typing
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from sumun.audit import Event
from sumun.cli.failures import FAILED, FAULT, OK, UNAVAILABLE, USAGE
from sumun.cli.grammar import global_options
from sumun.cli.root import COMMANDS
from sumun.config import (
    Config,
    ModelConfig,
    PartnerConfig,
    ProviderConfig,
    PurposeConfig,
    RecognizerConfig,
    ServerDetectionConfig,
    TrustedIssuerConfig,
    UpstreamConfig,
)
from sumun.detection.entities import ENTITIES
from sumun.gateway import jsonrpc
from sumun.gateway.jsonrpc import REFUSED
from sumun.guard.call import Reason
from sumun.oauth.errors import ERRORS
from sumun.oauth.presets import PRESETS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
WORDS = {str: "text", int: "integer", float: "number", bool: "true or false"}


def table(page: str, heading: str | None = None) -> list[list[str]]:
    """The rows of a page's first table, or of the first one under a heading."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    if heading is not None:
        text = text.split(f"\n## {heading}\n", 1)[1]
    first = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert first is not None
    lines = first.group().splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def settings(structure: type[msgspec.Struct], prefix: str = "") -> list[list[str]]:
    rows: list[list[str]] = []
    for field in msgspec.structs.fields(structure):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            rows += settings(field.type, f"{prefix}{field.name}.")
        else:
            rows.append([f"`{prefix}{field.name}`", _type(field.type), _default(field)])
    return rows


def _type(kind: Any) -> str:
    if typing.get_origin(kind) is typing.Annotated:
        return _type(kind.__origin__)
    if typing.get_origin(kind) is Literal:
        *first, last = (f'`"{value}"`' for value in typing.get_args(kind))
        return f"{', '.join(first)} or {last}"
    if typing.get_origin(kind) is list and _is_table(typing.get_args(kind)[0]):
        return "list of tables"
    if typing.get_origin(kind) in {list, tuple}:
        return f"list of {_type(typing.get_args(kind)[0])}"
    if isinstance(kind, types.UnionType):
        return " or ".join(_type(option) for option in kind.__args__ if option is not type(None))
    return "table" if typing.get_origin(kind) is dict else WORDS[kind]


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default is not msgspec.NODEFAULT:
        return f"`{json.dumps(field.default)}`"
    if field.default_factory is not msgspec.NODEFAULT:
        return f"`{json.dumps(field.default_factory())}`"
    return "required"


@pytest.mark.parametrize(
    ("heading", "structure"),
    [
        ("Settings", Config),
        ("A server behind the gateway", UpstreamConfig),
        ("What is added to detection", ServerDetectionConfig),
        ("A purpose", PurposeConfig),
        ("A recognizer", RecognizerConfig),
        ("A model", ModelConfig),
        ("A trusted issuer", TrustedIssuerConfig),
        ("A provider", ProviderConfig),
        ("A partner", PartnerConfig),
    ],
)
def test_every_setting_is_documented_as_it_is(heading, structure):
    documented = [row[:3] for row in table("configuration.md", heading)]
    assert documented == settings(structure)


def test_every_entity_type_is_documented_as_it_is():
    documented = table("entities.md")
    assert [row[:3] for row in documented] == [
        [f"`{entity.name}`", f"`{entity.category}`", f"`{entity.aliases[0]}`"]
        for entity in ENTITIES.values()
    ]


def test_every_command_is_documented_as_it_is():
    assert table("command-line.md") == [
        [f"`sumun {name}`", line.rstrip(".")] for name, line in COMMANDS.items()
    ]


def test_every_option_of_all_commands_is_documented():
    documented = [
        re.split(r"[` ]", row[0])[1] for row in table("command-line.md", "Options of every command")
    ]
    assert documented == [option.opts[0] for option in global_options()]


def test_every_exit_status_is_documented():
    documented = {int(row[0]) for row in table("command-line.md", "Exit status")}
    assert documented == {OK, FAILED, USAGE, UNAVAILABLE, FAULT}


def test_every_field_of_an_event_is_documented():
    fields = [field.name for field in msgspec.structs.fields(Event)]
    assert sorted(row[0].strip("`") for row in table("events.md")) == sorted(fields)


def test_every_error_of_the_token_endpoint_is_documented_as_it_is():
    assert table("errors.md", "Token endpoint") == [
        [f"`{code}`", str(kind.status), kind.source, kind.meaning, kind.mend]
        for code, kind in ERRORS.items()
    ]


def test_every_error_of_the_gateway_is_documented():
    pair = re.compile(r"\berror\(\s*(\d+),\s*[\w.]+,\s*jsonrpc\.(\w+)")
    answered = {
        (getattr(jsonrpc, name), status)
        for path in Path(jsonrpc.__file__).parent.glob("*.py")
        for status, name in pair.findall(path.read_text(encoding="utf-8"))
    }
    assert answered
    # Messages that cannot be read, and refusals that are a result.
    answered |= {(code, "400") for code in (jsonrpc.PARSE_ERROR, jsonrpc.INVALID_REQUEST)}
    answered |= {(REFUSED, "200"), (REFUSED, "503")}
    documented = {
        (int(code), status)
        for code, statuses, _ in table("errors.md", "MCP")
        for status in statuses.split(", ")
    }
    assert documented == answered


def test_every_refusal_is_documented():
    text = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    section = text.split("### Refusals", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set(typing.get_args(Reason))
    assert str(REFUSED) in section


def test_every_preset_is_documented_as_it_is():
    page = REFERENCE.parent / "how-to" / "register-clients.md"
    section = page.read_text(encoding="utf-8").split("## Register a client yourself", 1)[1]
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    assert rows[1:] == [
        (preset.name, preset.title, f"`{preset.document}`" if preset.document else "none")
        for preset in PRESETS.values()
    ]
