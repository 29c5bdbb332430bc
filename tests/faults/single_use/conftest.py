import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def kept_in(request, tmp_path):
    """Return the URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'sumun.db'}"
        return
    with request.getfixturevalue("postgres_schema")() as url:
        yield url
