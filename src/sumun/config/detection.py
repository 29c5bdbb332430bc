"""The settings of detection: what a deployment adds to what the library finds."""

from typing import Annotated, Literal

import msgspec

Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class RecognizerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recognizer of one's own: a ``pattern`` of what ``entity`` is the type of.

    ``context`` are words that make it surer where they stand to the left of the value or in its
    key. A right ``checksum`` makes it sure, a wrong one less so.
    """

    name: Text
    entity: Text
    pattern: Text
    context: list[Text] = []
    score: Score = 0.6
    checksum: Literal["", "luhn", "mod97", "mod11", "verhoeff"] = ""


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that reads texts: its ``kind``, and the folder (``path``) it is loaded from.

    ``name`` is what findings call it (else its kind). ``entities`` are the types it is asked for,
    ``labels`` what its own labels are reported as, ``languages`` those it reads. Nothing below
    ``threshold`` is reported. What ``timeout_ms`` is not enough for, or what fails otherwise, is
    refused or passes with what the rules find, as ``on_failure`` says; ``policy`` refuses where
    the policy rejects a type the model reports.
    """

    kind: Text
    name: str = ""
    path: str = ""
    entities: list[Text] = []
    labels: dict[str, Text] = {}
    languages: list[Text] = []
    threshold: Score = 0.5
    timeout_ms: Annotated[int, msgspec.Meta(ge=1, le=60_000)] = 1_000
    on_failure: Literal["policy", "refuse", "pass"] = "policy"


class ToolDetectionConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is added to detection: everywhere, for one server, or for one of its tools.

    ``deny`` lists values that are always found, by the type they are reported as; ``deny_files``
    names files of them, one a line. ``allow`` lists values that are never reported, by type or
    ``*``; ``allow_patterns`` describes them. ``models`` are asked beside the rules.
    """

    recognizers: list[RecognizerConfig] = []
    deny: dict[str, list[Text]] = {}
    deny_files: dict[str, list[Text]] = {}
    allow: dict[str, list[Text]] = {}
    allow_patterns: dict[str, list[Text]] = {}
    models: list[ModelConfig] = []


class ServerDetectionConfig(ToolDetectionConfig, frozen=True, kw_only=True):
    """What is added for one MCP server, and in ``tools`` for single tools of it."""

    tools: dict[str, ToolDetectionConfig] = {}


class DetectionConfig(ToolDetectionConfig, frozen=True, kw_only=True):
    """What is found in calls, and how sure it must be.

    ``gitleaks`` names files of rules as gitleaks reads them. ``honeytokens`` are decoys that
    nobody has a reason to touch, ``honeytoken_files`` files of them: where one is seen, the
    watch raises an incident.
    """

    min_score: Score = 0.5
    gitleaks: list[Text] = []
    honeytokens: list[Text] = []
    honeytoken_files: list[Text] = []
    servers: dict[str, ServerDetectionConfig] = {}
