import json

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from sumun.sample.server import NOTES_PER_CUSTOMER, build

ERAS = ["legacy", "2026-07-28"]


@pytest.fixture(params=ERAS)
def sample(request):
    """Make a client of a fresh server; the test enters it, because its tasks are the test's."""
    return Client(build(), mode=request.param)


async def test_every_tool_declares_its_output(sample):
    async with sample as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "find_customer", "list_customers", "export_customers", "get_order", "add_note", "echo",
        }  # fmt: skip
        assert all(tool.output_schema and tool.description for tool in tools.values())


async def test_structured_content_has_a_text_twin(sample):
    async with sample as client:
        result = await client.call_tool("find_customer", {"query": "이서연"})
        assert result.structured_content["count"] == 1
        assert json.loads(result.content[0].text) == result.structured_content
        assert result.structured_content["customers"][0]["phone"] == "010-1357-2468"


async def test_list_is_limited(sample):
    async with sample as client:
        assert (await client.call_tool("list_customers", {})).structured_content["count"] == 5
        refused = await client.call_tool("list_customers", {"limit": 0})
        assert refused.is_error


async def test_export_returns_everyone_and_reports_progress(sample):
    async with sample as client:
        heard = []

        async def progress(done, total, message):
            heard.append((done, total, message))

        result = await client.call_tool("export_customers", {}, progress_callback=progress)
        assert result.structured_content["count"] == 24
        assert heard[0] == (1, 24, "exported minjun.kim@example.kr")


async def test_order(sample):
    async with sample as client:
        result = await client.call_tool("get_order", {"order_id": "ORD-5001"})
        assert result.structured_content["customer_id"] == "C-1001"


async def test_notes_are_kept_and_bounded(sample):
    async with sample as client:
        for number in range(1, NOTES_PER_CUSTOMER + 1):
            stored = await client.call_tool("add_note", {"customer_id": "C-2001", "note": "called"})
            assert stored.structured_content == {
                "customer_id": "C-2001", "number": number, "note": "called",
            }  # fmt: skip
        full = await client.call_tool("add_note", {"customer_id": "C-2001", "note": "called"})
        assert full.is_error
        assert "full" in full.content[0].text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_order", {"order_id": "ORD-0"}),
        ("add_note", {"customer_id": "C-0", "note": "x"}),
        ("find_customer", {"query": ""}),
    ],
)
async def test_what_does_not_exist_is_an_error_result(sample, tool, arguments):
    async with sample as client:
        assert (await client.call_tool(tool, arguments)).is_error


async def test_resource_and_prompt_carry_customers(sample):
    async with sample as client:
        directory = await client.read_resource("customers://directory")
        assert "seoyeon.lee@example.kr" in directory.contents[0].text
        letter = await client.get_prompt("letter", {"customer_id": "C-1003"})
        assert "박지훈" in letter.messages[0].content.text


async def test_unknown_prompt_argument_is_refused(sample):
    async with sample as client:
        with pytest.raises(MCPError, match="no such customer"):
            await client.get_prompt("letter", {"customer_id": "C-0"})


async def test_two_servers_share_no_notes():
    for _ in range(2):
        async with Client(build()) as client:
            stored = await client.call_tool("add_note", {"customer_id": "C-2001", "note": "hi"})
            assert stored.structured_content["number"] == 1
