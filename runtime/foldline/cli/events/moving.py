"""`foldline events export` and `import`."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TypedDict, Unpack

import click

from foldline.admin.copying import export_events, read_events, source_of, whole_file
from foldline.admin.logs import find_topic, open_existing
from foldline.admin.portable import PortableEvent
from foldline.admin.targets import target_of
from foldline.cli.application import surroundings
from foldline.cli.changing import Changes, changes
from foldline.cli.complete import topic_names
from foldline.cli.output import Output, prints
from foldline.log.open import open_log

_STANDARD = Path("-")


class _Import(TypedDict):
    file: Path
    append: bool


@click.command("export")
@click.argument("topic", shell_complete=topic_names)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=_STANDARD,
    help="Where to write.  [default: standard output]",
)
@click.option("-q", "--quiet", is_flag=True, envvar="FOLDLINE_CLI_QUIET", help="Print data and errors only.")
@click.pass_obj
def export_topic(path: Path, topic: str, target: Path, quiet: bool) -> None:
    """Write what counts of a topic to a file.

    Written is every event of TOPIC that was accepted, a line of JSON each, in each partition's order, with its
    headers and its time: `foldline events import` makes the whole state of it. Records that lost, repairs and dead
    letters are left out, and so are the headers `follows` and `repairs`, which mean something on their own log
    only. A file takes its place only once it is whole.

    Example: foldline events export products -o products.jsonl
    """
    around, output = surroundings(path), Output(None, quiet=quiet)
    with closing(open_existing(around.settings)) as log, _writing(target) as file:
        source = source_of(log, find_topic(log, around.topology, topic))
        with output.progress(source.steps, "exporting", beside_data=target == _STANDARD) as told:
            exported = export_events(source, file, told)
    output.note(", ".join(f"{count} {name}" for name, count in exported.items() if name != "source"))


@click.command("import")
@click.argument("topic", shell_complete=topic_names)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--append", is_flag=True, help="Into a topic that holds records already: the events come after these.")
@click.pass_obj
@changes
@prints
def import_file(output: Output, change: Changes, path: Path, topic: str, **asked: Unpack[_Import]) -> None:
    """Append the events of a file to a topic.

    FILE is what `foldline events export` wrote, or - for standard input; TOPIC is created if it is missing. The
    whole file is checked before anything is written. The events go past commands and schemas, each counts, and
    those of one entity keep their order. An import that was cut short is made whole by importing again with
    --append: the same events are written once more, and the state comes out the same.

    Example: foldline events import products products.jsonl
    """
    around = surroundings(path)
    settings = around.settings
    with closing(open_log(settings.log, settings.kafka, "foldline.cli")) as log, _reading(asked["file"]) as lines:
        target = target_of(log, around.topology, topic, topic)
        count = sum(1 for _ in read_events(lines))
        lines.seek(0)
        target.check(append=asked["append"])
        if change.agreed(f"append {count} events to {target.name} on {settings.log}"):
            target.create(settings)
            with output.progress(count, "importing") as told:
                target.append(_told_of(read_events(lines), told))
            output.item({"target": target.name, "events": count})


def _told_of(events: Iterable[PortableEvent], told: Callable[[int], None]) -> Iterator[PortableEvent]:
    for event in events:
        yield event
        told(1)


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes]]:
    if path == _STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()  # here, where what goes wrong is told
    else:
        with whole_file(path) as file:
            yield file


@contextmanager
def _reading(path: Path) -> Iterator[IO[bytes]]:
    """The file; what comes from standard input is kept in one, so that it can be read twice."""
    if path != _STANDARD:
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.seek(0)
        yield file
