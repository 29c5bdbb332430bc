"""The tools, the resource and the prompt of the sample server."""

from typing import Annotated

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import BaseModel, Field

from sumun.sample.customers import CUSTOMERS, ORDERS, Customer, Order, find

NOTES_PER_CUSTOMER = 100

CustomerId = Annotated[str, Field(max_length=64, description="For example C-1001")]


class Customers(BaseModel):
    """Some customers."""

    count: int
    customers: list[Customer]


class Note(BaseModel):
    """A note as it was stored."""

    customer_id: str
    number: int
    note: str


class Echo(BaseModel):
    """What was said."""

    text: str


def build() -> MCPServer:
    """Make the server; its notes live as long as it does."""
    server: MCPServer = MCPServer(
        "sample-customers",
        title="Sample customers",
        instructions="Looks up the (invented) customers and orders of a small shop.",
        version="1.0.0",
        log_level="WARNING",
    )
    _add_lookups(server)
    _add_notes(server)
    _add_texts(server)
    return server


def _add_lookups(server: MCPServer) -> None:
    @server.tool()
    def find_customer(
        query: Annotated[str, Field(min_length=1, max_length=200)],
    ) -> Customers:
        """Find customers by name, e-mail address or phone number."""
        return _customers(find(query))

    @server.tool()
    def list_customers(limit: Annotated[int, Field(ge=1, le=100)] = 5) -> Customers:
        """List the first customers."""
        return _customers(list(CUSTOMERS.values())[:limit])

    @server.tool()
    async def export_customers(context: Context) -> Customers:
        """Export every customer, reporting progress on the way."""
        total = len(CUSTOMERS)
        for done, customer in enumerate(CUSTOMERS.values(), start=1):
            await context.report_progress(done, total, f"exported {customer.email}")
        return _customers(list(CUSTOMERS.values()))

    @server.tool()
    def get_order(order_id: Annotated[str, Field(max_length=64)]) -> Order:
        """Get one order, for example ORD-5001."""
        if order_id not in ORDERS:
            raise ToolError("There is no such order.")
        return ORDERS[order_id]


def _add_notes(server: MCPServer) -> None:
    notes: dict[str, list[str]] = {customer_id: [] for customer_id in CUSTOMERS}

    @server.tool()
    def add_note(customer_id: CustomerId, note: Annotated[str, Field(max_length=2000)]) -> Note:
        """Add a note to a customer's record and return it as stored."""
        if customer_id not in notes:
            raise ToolError("There is no such customer.")
        if len(notes[customer_id]) >= NOTES_PER_CUSTOMER:
            raise ToolError("This customer's record is full.")
        notes[customer_id].append(note)
        return Note(customer_id=customer_id, number=len(notes[customer_id]), note=note)

    @server.tool()
    def echo(text: Annotated[str, Field(max_length=1_000_000)]) -> Echo:
        """Return the text unchanged."""
        return Echo(text=text)


def _add_texts(server: MCPServer) -> None:
    @server.resource("customers://directory", mime_type="text/plain")
    def directory() -> str:
        """Name, e-mail address and phone number of every customer, one a line."""
        return "\n".join(
            f"{customer.customer_id}  {customer.name}  <{customer.email}>  {customer.phone}"
            for customer in CUSTOMERS.values()
        )

    @server.prompt()
    def letter(customer_id: str, purpose: str = "a delayed delivery") -> str:
        """Ask for a letter to one customer."""
        if customer_id not in CUSTOMERS:
            raise MCPError(INVALID_PARAMS, "There is no such customer.")
        customer = CUSTOMERS[customer_id]
        language = "Korean" if customer.language == "ko" else "English"
        return (
            f"Write a short, polite letter in {language} about {purpose} to {customer.name}, "
            f"{customer.address} ({customer.email}, {customer.phone})."
        )


def _customers(customers: list[Customer]) -> Customers:
    return Customers(count=len(customers), customers=customers)
