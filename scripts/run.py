"""Run what the Procfile lists, until Ctrl-C or until one of it ends; then stop all of it.

    python scripts/run.py [NAME ...]

Nothing of it outlives this program, however that ends: by Ctrl-C, with its terminal, by `kill -9`. Whether anybody
reads its output counts for nothing.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

STOP_SECONDS = 10.0
COLOURS = (36, 33, 32, 35, 34)

# What is run reads nothing. Beside it a shell waits for the end of a pipe that this program holds open, and then stops
# the group. Both are in a session of their own, so that Ctrl-C reaches them by this way alone.
GUARDED = "exec 3<&0 </dev/null; (cat <&3; kill 0) >/dev/null 2>&1 & exec 3<&-; {}"

Happenings = SimpleQueue[str | None]
"""Why to stop: the name of what ended; None: a signal came."""


def main() -> int:
    commands = read_procfile(Path("Procfile"), sys.argv[1:])
    happenings: Happenings = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: happenings.put(None))
    processes = {name: start(command) for name, command in commands.items()}
    relays = [
        Thread(target=relay, args=(name, process.stdout, heading, happenings))
        for (name, process), heading in zip(processes.items(), headings(list(processes)), strict=True)
    ]
    for thread in relays:
        thread.start()
    ended = happenings.get()
    say("stopping\n" if ended is None else f"{ended} ended: stopping all\n")
    stop(list(processes.values()))
    for thread in relays:
        thread.join()
    return 0 if ended is None else processes[ended].returncode or 1


def read_procfile(path: Path, wanted: Sequence[str]) -> Mapping[str, str]:
    """The commands by name: those that are wanted, or all."""
    lines = [line.partition(":") for line in path.read_text().splitlines() if line and not line.startswith("#")]
    listed = {name.strip(): command.strip() for name, _, command in lines}
    if unknown := set(wanted) - set(listed):
        sys.exit(f"{path} has no {', '.join(sorted(unknown))}, only {', '.join(listed)}")
    return {name: listed[name] for name in wanted or listed}


def start(command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        ["/bin/sh", "-c", GUARDED.format(command)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ if is_coloured() else os.environ | {"NO_COLOR": "1"},
        start_new_session=True,
    )


def stop(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def headings(names: Sequence[str]) -> Sequence[str]:
    """What stands before each line, by which one sees whose it is."""
    width = max(map(len, names))
    plain = [f"{name:{width}} | " for name in names]
    if not is_coloured():
        return plain
    return [f"\x1b[{COLOURS[i % len(COLOURS)]}m{text}\x1b[0m" for i, text in enumerate(plain)]


def is_coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def relay(name: str, lines: IO[bytes], heading: str, happenings: Happenings) -> None:
    for line in lines:
        say(heading + line.decode(errors="replace"))
    happenings.put(name)


def say(text: str) -> None:
    with suppress(OSError):  # whoever read it has gone; that is no reason to leave the rest running
        os.write(sys.stdout.fileno(), text.encode())


if __name__ == "__main__":
    sys.exit(main())
