import pytest
from tests.faults.single_use.nodes import World


@pytest.fixture(params=["sqlite", "postgresql"])
def kept_in(request, tmp_path):
    """Return the URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'sumun.db'}"
        return
    with request.getfixturevalue("postgres_schema")() as url:
        yield url


@pytest.fixture
async def world(postgres_schema, tmp_path):
    """Two running nodes on one PostgreSQL."""
    with postgres_schema() as store:
        world = World(tmp_path, store, ["one", "two"])
        await world.settle()
        async with world.running():
            yield world
