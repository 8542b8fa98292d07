import pytest

from foldline.errors import DeclarationError
from foldline.functions.tables import created_by


def test_tables_and_indexes_are_named() -> None:
    sql = """
    -- each customer's purchases
    CREATE TABLE IF NOT EXISTS tally (
        customer TEXT PRIMARY KEY, count INTEGER NOT NULL CHECK (count >= 0), total INTEGER DEFAULT (abs(0)),
        half INTEGER GENERATED ALWAYS AS (total / 2)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX tally_by_total ON tally (total) WHERE total > 0;
    """
    assert created_by(sql) == (("tally",), ("tally_by_total",))


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE a",
        "INSERT INTO a VALUES (1)",
        "UPDATE a SET b = 1",
        "DELETE FROM a",
        "ALTER TABLE a ADD COLUMN c",
        "CREATE TABLE c AS SELECT * FROM a",
        "CREATE TEMP TABLE c (d)",
        "CREATE VIEW c AS SELECT * FROM a",
        "CREATE TRIGGER c AFTER INSERT ON a BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE c USING fts5(d)",
        "SELECT * FROM a",
        "PRAGMA journal_mode = WAL",
        "ATTACH ':memory:' AS c",
        "BEGIN",
        "VACUUM",
        "REINDEX sqlite_master; DROP INDEX a",
    ],
)
def test_nothing_else_may_stand_there(sql: str) -> None:
    with pytest.raises(DeclarationError):
        created_by(f"CREATE TABLE a (b); {sql};")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE TABLE foldline_a (b)", "a name may not begin with foldline_ or sqlite_"),
        ("CREATE TABLE a (b); CREATE INDEX Foldline_i ON a (b)", "a name may not begin with foldline_ or sqlite_"),
        ("CREATE TABLE sqlite_a (b)", "reserved for internal use"),
        ("CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT)", "AUTOINCREMENT is not for projectors"),
        ("CREATE TABEL a (b)", "syntax error"),
        ("CREATE TABLE a (b); CREATE TABLE a (b)", "already exists"),
        ("", "it creates no table"),
        ("SELECT 1", "only CREATE TABLE and CREATE INDEX may stand there"),
    ],
)
def test_what_is_wrong_is_said(sql: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        created_by(sql)
