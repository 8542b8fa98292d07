"""Sockets: from a write's answer to the frame at every client, beside a bare fan-out of the same bytes in the same run.

    python -m benchmarks.sockets [--sockets 200 1000] [--rate 50] [--seconds 20] [--broker HOST:PORT] [--write]

Products are written through their own service, so many a second; every socket listens to the dashboard, a process of
its own. The bare fan-out is a loop that hands bytes of the same length to as many plain connections, as often. One
process reads all connections, with one loop, in both cases: what it costs is in both figures.
"""

import multiprocessing
import re
import selectors
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import requests
from listener import shake_hands
from services import Shop

from benchmarks.broker import broker
from benchmarks.command import Parser, publish, say
from benchmarks.tables import Table

TABLES = ("sockets",)

_POSITION = re.compile(rb'"type":"event".*?"position":"([^"]+)"')
_SETTLE = 3.0
"""Seconds after the last write in which frames may still come."""


class Arrival(NamedTuple):
    """When frames came at one socket: the time of each, by what it is about."""

    times: dict[bytes, float]
    gaps: int
    length: int
    """Bytes of an event's text."""


def listen(port: int, count: int, orders: Connection) -> None:
    """In a process of its own: open so many sockets, note when frames come, and give the notes when told to."""
    chooser = selectors.DefaultSelector()
    arrivals: list[dict[bytes, float]] = []
    for number in range(count):
        status, head, sock, begun = shake_hands(f"http://127.0.0.1:{port}")
        assert status == 101, head
        arrivals.append({})
        chooser.register(sock, selectors.EVENT_READ, (number, bytearray(begun)))
    orders.send("ready")
    gaps, length = [0] * count, 0
    while not orders.poll():
        for key, _ in chooser.select(0.1):
            number, buffer = key.data
            buffer += key.fileobj.recv(262_144)  # type: ignore[union-attr]
            now = time.monotonic()
            for frame in whole_frames(buffer):
                if (found := _POSITION.search(frame)) is not None:
                    arrivals[number][found[1]] = now
                    length = len(frame)
                gaps[number] += b'"type":"gap"' in frame or b'"type":"reset"' in frame
    orders.send([Arrival(times, gaps[number], length) for number, times in enumerate(arrivals)])


def whole_frames(buffer: bytearray) -> Iterator[bytes]:
    """Take the frames off that have come whole."""
    while len(buffer) >= 4:
        length = buffer[1] & 127
        start = 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        if len(buffer) < start + length:
            return
        frame = bytes(buffer[start : start + length])
        del buffer[: start + length]
        yield frame


@contextmanager
def listeners(port: int, count: int) -> Iterator[Connection]:
    """The process that listens."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=listen, args=(port, count, theirs))
    process.start()
    try:
        assert ours.recv() == "ready"
        yield ours
    finally:
        process.join(10)
        process.kill()


class Writes:
    """What was written, and when it was answered."""

    def __init__(self, url: str, rate: float, seconds: float) -> None:
        self.answered: dict[bytes, float] = {}
        with requests.Session() as session:
            start = time.monotonic()
            for number in range(int(rate * seconds)):
                time.sleep(max(0.0, start + number / rate - time.monotonic()))
                answer = session.post(f"{url}/products", json={"name": "Butter", "price": number % 90 + 0.5})
                assert answer.status_code == 201, answer.text
                self.answered[answer.headers["Log-Position"].encode()] = time.monotonic()


class Heard(NamedTuple):
    """What came at all sockets."""

    times: list[float]
    """Milliseconds from each write's answer to its frame at each socket."""
    length: int
    """Bytes of such a frame."""
    missing: int
    """Frames that did not come."""
    gaps: int


def foldline(rate: float, seconds: float, sockets: int, log: str, folder: Path) -> Heard:
    """So many sockets of the dashboard, while products are written."""
    with closing(Shop(folder / f"shop-{sockets}", log)) as shop:
        shop.create_topics()
        products, dashboard = shop.serve("products"), shop.serve("dashboard", sockets=str(sockets))
        with listeners(dashboard.port, sockets) as listening:
            time.sleep(2)  # who says nothing is told everything after a second
            writes = Writes(products.url, rate, seconds)
            time.sleep(_SETTLE)
            listening.send("stop")
            arrivals: list[Arrival] = listening.recv()
    missing = sum(position not in arrival.times for arrival in arrivals for position in writes.answered)
    gaps = sum(arrival.gaps for arrival in arrivals)
    times = [
        (arrival.times[position] - answered) * 1000
        for arrival in arrivals
        for position, answered in writes.answered.items()
        if position in arrival.times
    ]
    return Heard(times, arrivals[0].length, missing, gaps)


def bare(rate: float, seconds: float, sockets: int, length: int) -> list[float]:
    """The same for a loop that hands the same bytes to as many plain connections."""
    begun: dict[bytes, float] = {}
    with ExitStack() as parts:
        server = parts.enter_context(socket.create_server(("127.0.0.1", 0), backlog=sockets))
        accepted: list[socket.socket] = []
        greeting = threading.Thread(target=_greet, args=(server, sockets, accepted))
        greeting.start()
        listening = parts.enter_context(listeners(server.getsockname()[1], sockets))
        greeting.join()
        start = time.monotonic()
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            position = b"bare-0@%d" % number
            text = (b'{"type":"event","position":"' + position + b'"').ljust(length)
            message = b"\x81\x7e" + len(text).to_bytes(2, "big") + text
            begun[position] = time.monotonic()
            for connection in accepted:
                connection.send(message)
        time.sleep(_SETTLE)
        listening.send("stop")
        arrivals: list[Arrival] = listening.recv()
        for connection in accepted:
            connection.close()
    return [(arrival.times[position] - at) * 1000 for arrival in arrivals for position, at in begun.items()]


def _greet(server: socket.socket, count: int, accepted: list[socket.socket]) -> None:
    for _ in range(count):
        connection, _ = server.accept()
        while not connection.recv(65_536).endswith(b"\r\n\r\n"):
            pass
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        accepted.append(connection)


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """Median, p99 and maximum."""
    return statistics.median(times), statistics.quantiles(times, n=100)[98], max(times)


def row(sockets: int, heard: Heard, plain: list[float]) -> list[str]:
    """Of the table."""
    ours, theirs = percentiles(heard.times), percentiles(plain)
    return [
        f"{sockets:,}",
        *(f"{milliseconds:.1f} ms" for milliseconds in (*ours, *theirs)),
        f"{ours[1] / theirs[1]:.2f}",
        str(heard.missing),
        str(heard.gaps),
    ]


def main() -> None:
    """Run it."""
    parser = Parser(__doc__, broker=True)
    parser.add_argument("--sockets", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.options()
    rows = []
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="foldline-bench-")))
        log = "sqlite:var/log.db"
        if options.broker is not None:
            log = f"kafka://{parts.enter_context(broker(options.broker))}"
        for sockets in options.sockets:
            say(f"{sockets} sockets")
            heard = foldline(options.rate, options.seconds, sockets, log, folder)
            rows.append(row(sockets, heard, bare(options.rate, options.seconds, sockets, heard.length)))
    heading = ("sockets", "median", "p99", "most", "bare: median", "p99", "most", "p99 : bare p99", "missing", "gaps")
    publish(options, Table("sockets", heading, rows), kafka=False)


if __name__ == "__main__":
    main()
