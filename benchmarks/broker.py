"""A broker of the benchmarks' own: one that is there already, or one that scripts/kafka.sh starts."""

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = Path(__file__).parents[1] / "scripts" / "kafka.sh"


@contextmanager
def broker(servers: str | None = None) -> Iterator[str]:
    """`host:port` of a broker; one started here is stopped again and its data removed."""
    if servers is not None:
        yield servers
        return
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
        place = ["--port", str(port), "--dir", folder]
        subprocess.run([_SCRIPT, "start", *place], check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"127.0.0.1:{port}"
        finally:
            subprocess.run([_SCRIPT, "stop", *place], check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
