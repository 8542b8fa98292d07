"""A broker of the benchmarks' own: one that is there already, or one that scripts/kafka.sh starts."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from ports import free_port

from foldline.log.open import open_log
from foldline.log.port import TopicSpec

_SCRIPT = Path(__file__).parents[1] / "scripts" / "kafka.sh"


@contextmanager
def broker(servers: str | None = None) -> Iterator[str]:
    """`host:port` of a broker; one started here is stopped again and its data removed."""
    if servers is not None:
        yield servers
        return
    port = free_port(neighbour=True)  # the next is the controller's
    with tempfile.TemporaryDirectory(prefix="foldline-bench-") as folder:
        place = ["--port", str(port), "--dir", folder]
        subprocess.run([_SCRIPT, "start", *place], check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"127.0.0.1:{port}"
        finally:
            subprocess.run([_SCRIPT, "stop", *place], check=True, stdout=subprocess.DEVNULL)


def make_topic(servers: str, partitions: int = 3) -> TopicSpec:
    """A topic of its own, empty."""
    spec = TopicSpec(f"bench.{uuid4().hex}", partitions)
    with closing(open_log(f"kafka://{servers}", {}, "bench")) as log:
        log.create([spec])
    return spec
