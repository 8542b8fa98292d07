import sqlite3
from collections.abc import Iterator

import pytest

from foldline.state.authorizer import allowed

TABLES = """
CREATE TABLE foldline_entities (topic, id, payload);
CREATE TEMP VIEW products AS SELECT id, payload FROM main.foldline_entities WHERE topic = 'products';
CREATE TABLE Tally (customer TEXT PRIMARY KEY, count INTEGER);
CREATE TABLE other (a);
INSERT INTO foldline_entities VALUES ('products', 'p1', '{"tags": ["a", "b"]}'), ('customers', 'c1', '{}');
"""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES)
    yield connection
    connection.close()


@pytest.fixture
def reading(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.set_authorizer(allowed(frozenset({"products", "tally"}), write=False))
    return connection


@pytest.fixture
def writing(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.set_authorizer(allowed(frozenset({"tally"}), write=True))
    return connection


def test_a_permitted_view_can_be_read_with_what_it_reads(reading: sqlite3.Connection) -> None:
    assert reading.execute("SELECT id FROM products").fetchall() == [("p1",)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM tally",
        "SELECT * FROM TALLY JOIN products ON products.id = customer",
        "SELECT upper(id), json_extract(payload, '$.tags') FROM products",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
        "SELECT random(), datetime('now')",
    ],
)
def test_a_query_may_read(reading: sqlite3.Connection, sql: str) -> None:
    reading.execute(sql).fetchall()


def test_json_can_be_taken_apart_into_rows(reading: sqlite3.Connection) -> None:
    rows = reading.execute("SELECT value FROM products, json_each(payload, '$.tags')").fetchall()
    assert rows == [("a",), ("b",)]


REFUSED_TO_ALL = [
    "SELECT * FROM foldline_entities",
    "SELECT * FROM other",
    "SELECT * FROM tally, (SELECT * FROM foldline_entities) AS products",
    "SELECT * FROM tally WHERE customer IN (SELECT a FROM other)",
    "SELECT name FROM sqlite_master",
    "SELECT * FROM pragma_table_info('tally')",
    "INSERT INTO other VALUES (1)",
    "UPDATE sqlite_master SET sql = ''",
    "DELETE FROM foldline_entities",
    "DROP TABLE tally",
    "DROP VIEW products",
    "CREATE TABLE more (a)",
    "CREATE TEMP TABLE more (a)",
    "CREATE INDEX i ON tally (count)",
    "CREATE TRIGGER t AFTER INSERT ON tally BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE v USING fts5(a)",
    "ALTER TABLE tally ADD COLUMN more",
    "ATTACH ':memory:' AS elsewhere",
    "PRAGMA writable_schema = ON",
    "BEGIN",
    "SAVEPOINT s",
    "ANALYZE",
    "REINDEX",
    "SELECT load_extension('x')",
]


@pytest.mark.parametrize("sql", REFUSED_TO_ALL)
def test_a_query_may_not(reading: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match=r"authorized|prohibited|may not be modified"):
        reading.execute(sql)


@pytest.mark.parametrize("sql", REFUSED_TO_ALL)
def test_a_projector_may_not(writing: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match=r"authorized|prohibited|may not be modified"):
        writing.execute(sql)


@pytest.mark.parametrize(
    "sql", ["INSERT INTO tally VALUES ('c1', 1)", "UPDATE tally SET count = 2", "DELETE FROM tally"]
)
def test_a_query_may_not_write_what_it_reads(reading: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="authorized"):
        reading.execute(sql)


def test_a_projector_writes_its_own_table(writing: sqlite3.Connection) -> None:
    writing.execute("INSERT INTO tally VALUES ('c1', 1) ON CONFLICT DO UPDATE SET count = count + 1")
    writing.execute("INSERT INTO tally VALUES ('c1', 1) ON CONFLICT DO UPDATE SET count = count + 1")
    assert writing.execute("SELECT * FROM tally").fetchall() == [("c1", 2)]
    writing.execute("UPDATE tally SET count = 7 RETURNING count")
    writing.execute("DELETE FROM tally")
    assert writing.execute("SELECT count(*) FROM tally").fetchall() == [(0,)]


@pytest.mark.parametrize("sql", ["SELECT random()", "SELECT hex(randomblob(4))", "SELECT current_timestamp"])
def test_a_projector_may_not_ask_for_what_a_replay_would_not_repeat(writing: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="authorized"):
        writing.execute(sql)


def test_a_projector_may_not_read_a_topic(writing: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
        writing.execute("SELECT * FROM products")
