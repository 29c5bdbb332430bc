import sys

import pytest

from sumun.storage import StorageError, connect


@pytest.mark.parametrize(
    "url",
    ["", "sumun.db", "sqlite://", "sqlite:///", "sqlite://host/x", "mysql://u:geheim@h/d", "://"],
)
def test_other_urls_are_refused_without_repeating_them(url):
    with pytest.raises(StorageError, match="write sqlite:///path or postgresql://") as caught:
        connect(url)
    assert "geheim" not in str(caught.value)


def test_a_malformed_postgresql_url_is_refused_without_repeating_it():
    with pytest.raises(StorageError, match="cannot be parsed") as caught:
        connect("postgresql://u:geheim@h:port/d?no=such")
    assert "geheim" not in str(caught.value)


def test_without_the_driver_one_line_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "sumun.storage.postgresql", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"pip install 'sumun\[postgres\]'"):
        connect("postgresql://localhost/sumun")
