"""What counts of a topic, written elsewhere: to another topic, or to a file and back."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from foldline.admin.folding import Accepted
from foldline.admin.logs import Ranges, Told, partitions_of, size_of
from foldline.admin.portable import PortableEvent, line_of, parse_line, portable
from foldline.admin.targets import Target
from foldline.errors import FoldlineError, Malformed
from foldline.log.port import Log, TopicInfo
from foldline.table import Row


class Source(NamedTuple):
    """A topic as it is when reading begins."""

    log: Log
    topic: TopicInfo
    ranges: Ranges

    def accepted(self, told: Told = lambda _: None) -> Accepted:
        """What counts of it."""
        return Accepted(self.log, self.ranges, self.topic.partitions, told)

    @property
    def steps(self) -> int:
        """How many offsets `told` is told of in all: each is read twice."""
        return 2 * size_of(self.ranges)


def source_of(log: Log, topic: TopicInfo) -> Source:
    """A topic up to its present end."""
    return Source(log, topic, log.bounds(partitions_of(topic)))


def copy_events(source: Source, target: Target, told: Told = lambda _: None) -> Row:
    """Append what counts; gives how many events that were, and how many records were left out. Raises LogError."""
    accepted = source.accepted(told)
    events = target.append(map(portable, accepted))
    return {"source": source.topic.name, "target": target.name, "events": events, **accepted.left_out}


def export_events(source: Source, file: IO[bytes], told: Told = lambda _: None) -> Row:
    """Write what counts, a line of JSON each; gives the same figures as `copy_events`."""
    accepted = source.accepted(told)
    for record in accepted:
        file.write(line_of(record) + b"\n")
    return {"source": source.topic.name, "events": accepted.outcomes["accepted"], **accepted.left_out}


def read_events(file: IO[bytes]) -> Iterator[PortableEvent]:
    """The events of an export; raises Malformed that names the line."""
    for number, line in enumerate(file, 1):
        if not line.isspace():
            try:
                yield parse_line(line)
            except Malformed as error:
                raise Malformed(f"line {number}: {error.message}") from None


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its place only once it is whole; raises FoldlineError where it cannot be written."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise FoldlineError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(name).replace(path)
    except OSError as error:
        raise FoldlineError(f"{path} cannot be written: {error.strerror}; nothing is changed") from error
    finally:
        Path(name).unlink(missing_ok=True)
