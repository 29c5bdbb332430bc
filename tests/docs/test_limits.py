"""The pages of limits give the numbers that hold."""

import re
from pathlib import Path

import pytest

from sumun.config import Config, UpstreamConfig
from sumun.detection.detector import MAX_DEPTH, MAX_LENGTH

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["reference/limits.md", "ko/reference/limits.md"])
def test_every_limit_of_inspection_is_documented_as_it_is(page):
    numbers = set(re.findall("[0-9]+", (DOCS / page).read_text(encoding="utf-8")))
    upstream = UpstreamConfig(url="https://mcp.example")
    limits = [Config().server.body_limit, upstream.result_limit, MAX_DEPTH, MAX_LENGTH]
    assert {str(limit) for limit in limits} <= numbers
