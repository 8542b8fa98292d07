"""A real Kafka broker for tests, by scripts/kafka.sh."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ports import free_port

_SCRIPT = Path(__file__).parents[1] / "scripts" / "kafka.sh"
_FETCH_SECONDS = 300
_START_SECONDS = 60


class BrokerUnavailable(Exception):
    """No broker can run on this machine; the message says why."""


def fetch() -> None:
    """Get what a broker needs, once."""
    try:
        subprocess.run([_SCRIPT, "fetch"], check=True, capture_output=True, text=True, timeout=_FETCH_SECONDS)
    except subprocess.CalledProcessError as error:
        raise BrokerUnavailable(error.stderr.strip()) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokerUnavailable(str(error)) from None


class Broker:
    """One broker with a port and a folder of its own, which can be killed and started again."""

    def __init__(self, folder: Path, settings: Path | None = None) -> None:
        """`settings` are the broker's, and count before those of scripts/kafka."""
        self.port = free_port(neighbour=True)  # the next one is the controller's
        self._folder = folder
        self._settings = [] if settings is None else ["--settings", str(settings)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def servers(self) -> str:
        """As in `bootstrap.servers`."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As in FOLDLINE_LOG."""
        return f"kafka://{self.servers}"

    def start(self) -> None:
        """Start it, and return once it answers."""
        command = [str(_SCRIPT), "run", "--port", str(self.port), "--dir", str(self._folder), *self._settings]
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_SECONDS
        while not _accepts(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise BrokerUnavailable(f"the broker did not start: {self._output.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it in good order."""
        self._end("terminate")

    def kill(self) -> None:
        """As `kill -9` does."""
        self._end("kill")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """For the time of the block, or until it is killed, it answers nobody, and its connections stay."""
        process = self._process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    @property
    def _output(self) -> Path:
        return self._folder / "output.txt"

    def _end(self, how: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            getattr(process, how)()
            process.wait(30)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
