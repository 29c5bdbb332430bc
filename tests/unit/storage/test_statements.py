import pytest

from sumun.storage.statements import StatementError, compile_statements, load

CLIENTS = """
-- What is known of clients.

-- name: find_client
SELECT a FROM clients
WHERE id = :id AND x::text <> ':no' -- not :this
  AND y LIKE '50%' AND z = ':it''s' AND id <> :id;

-- name: count_clients
SELECT COUNT(*) FROM clients
"""


def test_sqlite_keeps_the_text():
    statements = compile_statements({"clients.sql": CLIENTS}, "sqlite")
    sql = statements.sql("find_client", {"id": 1}.keys())
    assert sql.startswith("SELECT a FROM clients")
    assert sql.endswith("id <> :id")
    assert statements.sql("count_clients", {}.keys()) == "SELECT COUNT(*) FROM clients"
    assert list(statements) == ["find_client", "count_clients"]


def test_postgresql_gets_its_own_placeholders_and_nothing_else_changes():
    statements = compile_statements({"clients.sql": CLIENTS}, "postgresql")
    assert statements.sql("find_client", {"id": 1}.keys()) == (
        "SELECT a FROM clients\n"
        "WHERE id = %(id)s AND x::text <> ':no' -- not :this\n"
        "  AND y LIKE '50%%' AND z = ':it''s' AND id <> %(id)s"
    )


@pytest.mark.parametrize("given", [{}, {"id": 1, "more": 2}, {"name": 1}])
def test_exactly_the_parameters(given):
    statements = compile_statements({"clients.sql": CLIENTS}, "sqlite")
    with pytest.raises(StatementError, match=r"find_client.*(id|more|name)"):
        statements.sql("find_client", given.keys())


def test_an_unknown_name():
    with pytest.raises(StatementError, match="no statement named 'find_user'"):
        compile_statements({}, "sqlite").sql("find_user", {}.keys())


ONE = "-- name: one\nSELECT :a"


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"a.sql": ONE, "b.sql": ONE}, "b.sql: 'one' is already defined in a.sql"),
        ({"a.sql": f"{ONE}\n{ONE}"}, "already defined"),
        ({"a.sql": "SELECT 1;\n" + ONE}, "text before"),
        ({"a.sql": "-- name: one\n\n;"}, "'one' is empty"),
        ({"a.postgresql.sql": ONE}, "must replace one statement of a.sql"),
        ({"b.sql": ONE, "a.postgresql.sql": ONE}, "must replace one statement of a.sql"),
        ({"a.sql": ONE, "a.postgresql.sql": f"{ONE}\n{ONE}"}, "must replace"),
        ({"a.sql": ONE, "a.postgresql.sql": "-- name: one\nSELECT :b"}, "other parameters"),
    ],
)
def test_faulty_files(texts, complaint):
    with pytest.raises(StatementError, match=complaint):
        compile_statements(texts, "postgresql")


def test_an_override_is_only_for_its_dialect():
    texts = {"a.sql": ONE, "a.postgresql.sql": "-- name: one\nSELECT :a FOR UPDATE"}
    parameters = {"a": 1}.keys()
    assert compile_statements(texts, "sqlite").sql("one", parameters) == "SELECT :a"
    assert "FOR UPDATE" in compile_statements(texts, "postgresql").sql("one", parameters)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_package_s_own_files_are_sound(dialect):
    assert "audit_head" in list(load(dialect))
    assert load(dialect) is load(dialect)
