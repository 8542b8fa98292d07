"""`honcho start`, of which nothing is left running however it ends: by Ctrl-C, with its terminal, by `kill -9`.

    python scripts/run.py [NAME ...]

honcho by itself stops nothing when its terminal goes, or when the reader of its output goes first (`| tee`, Ctrl-C).
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from fcntl import F_DUPFD, fcntl

# Beside honcho a shell waits for the end of a pipe that this program holds open, and then tells honcho to stop. Both
# are in a session of their own, so that Ctrl-C reaches them by this way alone.
GUARDED = 'exec 9<&0 </dev/null; (cat <&9; kill $$) >/dev/null 2>&1 & exec 9<&-; exec "$@"'
FIRST_FREE = 10


def main() -> int:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    output, written = os.openpty() if coloured else os.pipe()
    output = fcntl(output, F_DUPFD, FIRST_FREE)  # one that the shell does not use
    honcho = subprocess.Popen(
        ["/bin/sh", "-c", GUARDED, "sh", sys.executable, "-m", "honcho", "start", *sys.argv[1:]],
        stdin=subprocess.PIPE,
        stdout=written,
        stderr=written,
        env=os.environ if coloured else os.environ | {"NO_COLOR": "1"},
        pass_fds=[output],  # while it has that end, too, it can write to the last
        start_new_session=True,
    )
    os.close(written)
    told = False

    def stop(*_: object) -> None:
        nonlocal told
        told = True
        assert honcho.stdin is not None
        honcho.stdin.close()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    relay(output)
    ended = honcho.wait()
    return 0 if told else ended


def relay(output: int) -> None:
    with suppress(OSError):  # how a terminal ends
        while data := os.read(output, 65_536):
            with suppress(OSError):  # whoever read it has gone: no reason to end
                os.write(sys.stdout.fileno(), data)


if __name__ == "__main__":
    sys.exit(main())
