"""Small services out of a few plain functions, run in this process: a real embedded log, a real state, a real fold."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema

from foldline.errors import FoldlineError
from foldline.event import Entity, Event, Position, Remove, Set
from foldline.fold.fold import Fold
from foldline.functions.application import Application, LoadedTopic
from foldline.functions.definition import Command, Projector, Query, Route, Source
from foldline.functions.parameters import current_of, names_of
from foldline.functions.ports import Args, Entities, Tables
from foldline.functions.tables import created_by
from foldline.log.partitioner import partition_of
from foldline.log.port import Log, Partition, TopicSpec
from foldline.log.sqlite import SqliteLog
from foldline.log.sqlite.records import pack_headers
from foldline.log.sqlite.wakeup import wake_all
from foldline.operations import Operations
from foldline.reads import Answer, Reads
from foldline.state.state import State
from foldline.topology import Service, Topic
from foldline.writes.call import Call, IdempotencyKey, IfMatch, Written
from foldline.writes.writes import Limits, Writes

DEADLINE = 15.0
"""Seconds after which a test gives up waiting."""

TOPIC = "t.things"
HOUR = 3600.0


def until(condition: Callable[[], object], seconds: float = DEADLINE) -> None:
    """Ask until it is true."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not come to be in time"
        pause.wait(0.002)


# --- an application's parts ---


def topic(
    name: str = "things",
    partitions: int = 1,
    lag: float | None = None,
    upcast: Callable[[Entity], Entity] | None = None,
) -> LoadedTopic:
    """A topic; `lag`: its compaction lag in seconds."""
    config = {} if lag is None else {"min.compaction.lag.ms": str(int(lag * 1000))}
    declared = Topic(name, TopicSpec(f"t.{name}", partitions, config=config), "schemas:Thing", None)
    return LoadedTopic(declared, Schema, upcast)


def command(route: str, function: Callable[..., Any], topic: str = "things") -> Command:
    """A command, as the runtime has it once it is checked."""
    return Command(
        name=f"{topic}.{function.__name__}",
        topic=topic,
        route=Route.parse(route),
        body=None,
        current=current_of(function),
        function=function,
        parameters=names_of(function),
        source=Source("commands.py", 7),
    )


def query(route: str, function: Callable[..., Any]) -> Query:
    """A query."""
    return Query(function.__name__, Route.parse(route), None, function, names_of(function), Source("queries.py", 7))


def projector(
    function: Callable[..., Any],
    tables: str = "CREATE TABLE tally (id TEXT PRIMARY KEY, shown INTEGER, n INTEGER)",
    version: int = 1,
    topics: tuple[str, ...] = ("things",),
    name: str = "tally",
) -> Projector:
    """A projector."""
    source = Source("projectors.py", 7)
    created = created_by(tables).tables
    return Projector(name, topics, tables, created, version, function, names_of(function), source)


def create(body: Entity) -> Set:
    return Set(body)


def put(current: Entity | None, body: Entity) -> Set:
    return Set((current or {}) | body)


def add(current: Entity) -> Set:
    return Set(current | {"n": current["n"] + 1})


def delete(current: Entity) -> Remove:
    return Remove()


def one(things: Entities, id: str) -> Entity:
    return things[id]


def browse(things: Entities, args: Args) -> list[Entity]:
    return things.page(**args)


def tally(event: Event, db: Tables) -> None:
    """How often each entity was shown, and its n."""
    n = None if event.after is None else event.after.get("n")
    db.execute(
        "INSERT INTO tally VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET shown = shown + 1, n = excluded.n", (event.id, n)
    )


COMMANDS = (
    command("POST /things", create),
    command("PUT /things/<id>", put),
    command("POST /things/<id>/add", add),
    command("DELETE /things/<id>", delete),
)
QUERIES = (query("GET /things", browse), query("GET /things/<id>", one))


def application(
    *topics: LoadedTopic,
    commands: Iterable[Command] = COMMANDS,
    queries: Iterable[Query] = QUERIES,
    projectors: Iterable[Projector] = (),
    repairs: bool = False,
) -> Application:
    """A service; of one topic, things, unless it is told otherwise."""
    folded = {topic.declared.name: topic for topic in topics or (topic(),)}
    service = Service("service", 9995, "file", tuple(folded), (), (), (), None, repairs)
    return Application(service, folded, tuple(commands), tuple(queries), tuple(projectors), "v1")


# --- a service that runs ---


@dataclass
class Replica:
    """One process of a service, as it were."""

    application: Application
    log: Log
    state: State
    fold: Fold
    writes: Writes
    reads: Reads
    operations: Operations

    def send(
        self,
        name: str,
        body: Entity | None = None,
        id: str | None = None,
        *,
        key: str | None = None,
        if_match: IfMatch | None = None,
        request: str = "",
    ) -> Written:
        """Run the command of that name."""
        found = next(c for c in self.application.commands if c.function.__name__ == name)
        variables = {} if id is None else {"id": id}
        used = None if key is None else IdempotencyKey(key.encode().hex().ljust(64, "0").encode(), request.encode())
        call = Call(datetime.now(UTC), variables, body, if_match, used)
        return self.writes.run(found, call)

    def ask(self, name: str, id: str | None = None, **args: Any) -> Answer:
        """Run the query of that name."""
        found = next(q for q in self.application.queries if q.function.__name__ == name)
        return self.reads.run(found, {} if id is None else {"id": id}, args)

    def get(self, id: str) -> Any:
        """The thing as it is."""
        with self.state.snapshot() as snapshot:
            return snapshot.entities("things").get(id)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """What the state holds."""
        with self.state.snapshot() as snapshot:
            return [tuple(row) for row in snapshot.connection.execute(sql, params)]

    def headers(self) -> list[dict[str, bytes | None]]:
        """Of the records on the log."""
        return [dict(record.headers) for record in self.log.read(Partition(TOPIC, 0), 0, 1000)]

    def catch_up(self) -> None:
        """Wait until all that is on the log now is folded, and the service is ready."""
        self.pass_end()
        until(lambda: self.fold.gate.is_open)

    def pass_end(self) -> None:
        """Wait until all that is on the log now is folded."""
        assert self.log.flush(DEADLINE)
        specs = [topic.declared.spec for topic in self.application.topics.values()]
        partitions = [Partition(spec.name, number) for spec in specs for number in range(spec.partitions)]
        ends = self.log.bounds(partitions)
        last = [Position(*partition, bounds.end - 1) for partition, bounds in ends.items() if bounds.end]
        until(lambda: len(self.fold.progress.next) == len(partitions))
        assert self.fold.progress.wait_for(last, DEADLINE), self.fold.trouble


@contextmanager
def replica(
    application: Application,
    log: Log,
    state: Path,
    *,
    deadline: float = 5.0,
    key_window: float = 24 * HOUR,
    repair_delay: Callable[[], float] = lambda: HOUR,
    ready: bool = True,
) -> Iterator[Replica]:
    """Run a service on a log, with its state in that file; wait until it is ready, unless told not to."""
    with ExitStack() as parts:
        log.create([topic.declared.spec for topic in application.topics.values()])
        kept = parts.enter_context(closing(State(state, application.topics, lock_wait=0.2)))
        fold = Fold(log, kept, application, key_window=key_window, repair_delay=repair_delay)
        parts.callback(fold.stop)
        reads = parts.enter_context(closing(Reads(kept, fold, application)))
        writes = Writes(log, kept, fold, application, Limits(deadline, key_window))
        running = Replica(application, log, kept, fold, writes, reads, Operations(log, kept, fold, application))
        fold.start()
        if ready:
            running.catch_up()
        yield running


@dataclass
class Bench:
    """A folder with one embedded log, and room for states."""

    folder: Path
    log: SqliteLog

    @property
    def path(self) -> Path:
        """The log's file."""
        return self.folder / "log.db"

    @contextmanager
    def another_process(self, state: str = "other.db", **options: Any) -> Iterator[Replica]:
        """A second replica, with a log of its own on the same file."""
        with closing(SqliteLog(self.path)) as log, Bench(self.folder, log).running(state=state, **options) as replica:
            yield replica

    @contextmanager
    def running(self, running: Application | None = None, state: str = "state.db", **options: Any) -> Iterator[Replica]:
        """Run a service on this log."""
        with replica(running or application(), self.log, self.folder / state, **options) as started:
            yield started

    def write(
        self,
        key: str | bytes | None,
        value: str | bytes | None,
        headers: Mapping[str, str | bytes | None] | Iterable[tuple[str, bytes | None]] = (),
        *,
        topic: str = TOPIC,
        partition: int | None = None,
        time: int | None = None,
    ) -> int:
        """Append a record as any other program might; gives its offset. By default it goes where its key belongs."""
        raw = key.encode() if isinstance(key, str) else key
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        packed = pack_headers([(name, text.encode() if isinstance(text, str) else text) for name, text in pairs])
        with closing(sqlite3.connect(self.path, timeout=DEADLINE)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            number, partitions = connection.execute(_TOPIC, (topic,)).fetchone()
            place = (number, partition_of(raw or b"", partitions) if partition is None else partition)
            end, last = connection.execute(_PARTITION, place).fetchone()
            when = max(last, _BEGINNING) + 1 if time is None else time
            sent = value.encode() if isinstance(value, str) else value
            connection.execute(_INSERT, (*place, end, when, raw, sent, packed))
            connection.execute(_ADVANCE, (end + 1, when, *place))
        wake_all(self.path)
        return int(end)


_TOPIC = "SELECT number, (SELECT count(*) FROM partitions WHERE topic = topics.number) FROM topics WHERE name = ?"
_PARTITION = 'SELECT "end", time FROM partitions WHERE topic = ? AND number = ?'
_INSERT = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADVANCE = 'UPDATE partitions SET "end" = ?, time = ? WHERE topic = ? AND number = ?'
_BEGINNING = 1_700_000_000_000
"""Milliseconds: when the tests' records begin."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A log of its own for a test."""
    with closing(SqliteLog(tmp_path / "log.db")) as log:
        yield Bench(tmp_path, log)


def value(**fields: Any) -> str:
    """The value of a record that sets an entity to these fields."""
    return json.dumps({"eventType": "set", "payload": fields})


REMOVE = '{"eventType":"remove"}'


# --- looking at what a service kept ---

_KEPT = {
    "entities": "SELECT topic, id, partition, origin, follows, kind, value, headers, time FROM foldline_entities",
    "positions": "SELECT topic, partition, identity, next, last, digest, time FROM foldline_positions",
    "keys": "SELECT * FROM foldline_keys",
    "repairs": "SELECT topic, id FROM foldline_repairs",
    "dead": "SELECT topic, partition, offset, key, value, headers, reason, time FROM foldline_dead_letters",
    "parked": "SELECT projector, topic, id, before, value, headers, origin, time, reason FROM foldline_parked",
}


def contents(running: Replica, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that a state holds of the log, in an order that does not depend on how it came there; and `tables`."""
    wanted = _KEPT | {table: f'SELECT * FROM "{table}"' for table in tables}
    return {name: sorted(running.rows(sql), key=repr) for name, sql in wanted.items()}


def raised(function: Callable[[], object]) -> FoldlineError:
    """The error that it raises."""
    try:
        function()
    except FoldlineError as error:
        return error
    raise AssertionError("it raised nothing")
