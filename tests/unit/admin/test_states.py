"""States, looked into and removed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from small_app import SmallApp
from stand_ins import raised

from foldline.admin.states import remove_state, state_info
from foldline.errors import NotFound, StateInUse
from foldline.settings import Settings
from foldline.state.state import State
from foldline.topology import Service

ROWS = """
INSERT INTO foldline_entities VALUES ('products', 'a', 0, 0, -1, 0, NULL, '[]', 0);
INSERT INTO foldline_entities VALUES ('products', 'b', 0, 1, -1, 0, NULL, '[]', 0);
INSERT INTO foldline_entities VALUES ('products', 'c', 0, 2, -1, 2, NULL, '[]', 0);
INSERT INTO foldline_positions VALUES ('eventbus.products', 0, 'x', 3, 2, NULL, 1500, 0);
INSERT INTO foldline_projectors VALUES ('sales', 4, 'digest');
INSERT INTO foldline_repairs VALUES ('products', 'a', 0);
INSERT INTO foldline_dead_letters VALUES (1, 'eventbus.products', 0, 7, NULL, NULL, '[]', 'why', 0);
"""


@pytest.fixture
def service(app: SmallApp) -> Service:
    return app.topology().services["products"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state=f"{tmp_path}/")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "products.db"


@pytest.fixture
def running(path: Path) -> Iterator[State]:
    """The state as a service has it open."""
    with closing(State(path, {})) as state:
        for statement in ROWS.strip().splitlines():
            state.writer.execute(statement)
        yield state


def test_a_state_in_use_is_looked_into(running: State, service: Service, settings: Settings) -> None:
    info = state_info(service, settings)
    assert (info.service, info.file) == ("products", str(running.path))
    assert info.condition == f"in use by process {os.getpid()}"
    assert info.bytes > 0
    assert info.folded_until == "1970-01-01T00:00:01.500Z"
    assert (info.entities, info.positions) == ({"products": 2}, {"eventbus.products-0": 3})
    assert info.projectors == {"sales": 4}
    assert info.counts == {"unreadable": 1, "repairs": 1, "dead_letters": 1, "parked": 0}


def test_a_state_at_rest_is_looked_into_and_stays_as_it_is(
    running: State, service: Service, settings: Settings, path: Path
) -> None:
    running.close()
    before = path.read_bytes()
    info = state_info(service, settings)
    assert (info.condition, info.entities) == ("at rest", {"products": 2})
    assert path.read_bytes() == before


def test_where_there_is_no_state_nothing_is_made(service: Service, settings: Settings, path: Path) -> None:
    assert state_info(service, settings).condition == "none yet: the first start makes it"
    assert list(path.parent.glob("*.db*")) == []


def test_a_service_without_a_file_says_so(service: Service, settings: Settings) -> None:
    service = replace(service, state="memory")
    assert state_info(service, settings).condition.startswith("in memory")
    assert type(raised(lambda: remove_state(service, settings))) is NotFound


def test_a_damaged_state_is_told(service: Service, settings: Settings, path: Path) -> None:
    path.write_text("no database, but long enough to be read as one " * 10)
    assert state_info(service, settings).condition.startswith("damaged (")


def test_a_state_of_another_version_is_told(running: State, service: Service, settings: Settings) -> None:
    running.writer.execute("PRAGMA user_version = 99")
    assert state_info(service, settings).condition.startswith("of version 99, ")


def test_a_state_that_is_removed_is_made_anew(running: State, service: Service, settings: Settings, path: Path) -> None:
    running.close()
    assert remove_state(service, settings) == path
    assert not path.exists()
    with closing(State(path, {})) as anew:
        assert anew.writer.execute("SELECT count(*) FROM foldline_entities").fetchone()[0] == 0


def test_a_state_in_use_is_not_removed(running: State, service: Service, settings: Settings) -> None:
    error = raised(lambda: remove_state(service, settings))
    assert (type(error), error.exit_code) == (StateInUse, 6)
    assert f"process {os.getpid()}" in error.message
    assert state_info(service, settings).entities == {"products": 2}


def test_there_must_be_a_state_to_remove(service: Service, settings: Settings) -> None:
    error = raised(lambda: remove_state(service, settings))
    assert (type(error), error.exit_code) == (NotFound, 3)


def test_a_removal_that_was_cut_off_leaves_nothing_that_the_next_start_would_take_up(
    running: State, service: Service, settings: Settings, path: Path
) -> None:
    """Killed right after the database went, with all that was written still in the write-ahead log beside it."""
    wal = path.with_name("products.db-wal")
    kept = wal.read_bytes()
    running.close()
    path.unlink()
    wal.write_bytes(kept)
    assert len(kept) > 0
    with closing(sqlite3.connect(path)) as anew:
        assert anew.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
