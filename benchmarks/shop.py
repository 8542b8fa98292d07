"""The shop's products service as real processes, on a topic of its own, with durable state."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import yaml
from ports import free_port

from benchmarks.servers import ROOT, Server, server


@contextmanager
def products(
    log: str, folder: Path, replicas: int = 1, *, log_lines: bool = True, samples: Path | None = None
) -> Iterator[list[Server]]:
    """That many replicas, ready, on a log by its URL; `log_lines`: one a request, as it is by itself.

    With `samples`, a folder, the first can be sampled: see sampled_foldline.
    """
    home = folder / uuid4().hex
    home.mkdir()
    (home / "functions").symlink_to(ROOT / "functions")
    topology = yaml.safe_load((ROOT / "topics.yaml").read_text())
    topology["topics"] = {"products": topology["topics"]["products"] | {"name": f"bench.{uuid4().hex}"}}
    topology["services"] = {"products": topology["services"]["products"]}
    (home / "topics.yaml").write_text(yaml.safe_dump(topology))
    settings = {
        "FOLDLINE_LOG": log,
        "FOLDLINE_ALLOW": "low-replication",
        "FOLDLINE_FILE": str(home / "topics.yaml"),
    }
    if not log_lines:
        settings["FOLDLINE_LOG_LEVEL"] = "warning"
    make = [sys.executable, "-m", "foldline", "topics", "create"]
    subprocess.run(make, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as started:
        running = []
        for number in range(replicas):
            port = free_port()
            module = "foldline"
            if number == 0 and samples is not None:
                module, settings["BENCH_SAMPLES"] = "benchmarks.sampled_foldline", str(samples)
            command = [sys.executable, "-m", module, "serve", "products", "--bind", f"127.0.0.1:{port}"]
            state = {"FOLDLINE_STATE": str(home / f"{number}.db")}
            running.append(started.enter_context(server(command, port, "/readyz", **settings, **state)))
        yield running
