"""``sumun erase``."""

import sys
from typing import Any

import click

from sumun.cli import grammar, rooms
from sumun.cli.grammar import current_output, current_settings
from sumun.cli.language import tr

_DEFAULT_TENANT = "default"


@grammar.command(
    name="erase",
    examples="""
    sumun erase --subject kim@example.com --subject 010-1234-5678
    sumun erase --subject - < values.txt
    sumun erase --tenant acme --yes
    """,
)
@grammar.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="VALUE",
    help="Forget this value of a person's, however it is written; - reads values line by line.",
)
@grammar.option("--tenant", metavar="NAME", help="Whose data; alone: destroy the tenant's key.")
@grammar.option("--yes", is_flag=True, help="Do not ask.")
def command(subjects: tuple[str, ...], tenant: str | None, yes: bool) -> None:
    """Erase what stand-ins mean, and record that it was done.

    Values that short tokens stand for are kept in the database and can be erased one by one.
    Everything else that was protected for a tenant is erased by destroying its key: nothing
    turns back any more, wherever it is, backups of the key aside.
    """
    if not subjects and tenant is None:
        raise click.UsageError(tr("name a --subject or a --tenant"))
    values = _values(subjects)
    if not yes:
        question = (
            tr("Erase {count} values for ever?").format(count=len(values))
            if subjects
            else tr("Destroy the key of {tenant}, with everything protected for it?").format(
                tenant=tenant
            )
        )
        grammar.confirm(question)
    work = _erase(values, tenant or _DEFAULT_TENANT) if subjects else _destroy(tenant or "")
    current_output().answer(rooms.run(work), _show)


def _values(subjects: tuple[str, ...]) -> list[str]:
    values: list[str] = []
    for subject in subjects:
        values += sys.stdin.read().splitlines() if subject == "-" else [subject]
    return [value.strip() for value in values if value.strip()]


def _show(record: dict[str, Any]) -> str:
    words = (
        tr("{tenant}: the key is destroyed, {values} kept values are gone")
        if record["fingerprint"]
        else tr("{tenant}: {values} kept values are gone")
    )
    return words.format(**record)


async def _erase(values: list[str], tenant: str) -> dict[str, Any]:
    from sumun.guard.erasing import erase_people

    async with rooms.opened_rooms(current_settings().load()) as opened:
        event = rooms.change("data_erased", "erased", detail={"tenant": tenant})
        erased = await erase_people(opened, tenant, values, event)
    return {"tenant": tenant, "values": erased.values, "fingerprint": erased.fingerprint}


async def _destroy(tenant: str) -> dict[str, Any]:
    from sumun.guard.erasing import destroy_tenant

    async with rooms.opened_rooms(current_settings().load()) as opened:
        event = rooms.change("data_erased", "erased", detail={"tenant": tenant})
        erased = await destroy_tenant(opened, tenant, event)
    return {"tenant": tenant, "values": erased.values, "fingerprint": erased.fingerprint}
