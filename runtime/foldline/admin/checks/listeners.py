"""Who listens on a port of this machine."""

import errno
import socket
import time
from pathlib import Path

_LISTENING = "0A"
_GLANCE = 0.1
"""Seconds."""


def is_taken(port: int) -> bool:
    """Whether somebody on 127.0.0.1 takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def becomes_free(address: str, within: float) -> bool:
    """Whether HOST:PORT can be listened on, at the latest after so many seconds. Raises OSError where it never can."""
    deadline = time.monotonic() + within
    while not (free := _is_free(address)) and time.monotonic() < deadline:
        time.sleep(_GLANCE)
    return free


def holder_of(port: int) -> str | None:
    """The process that listens there, as `process 4711 (python3 app.py)`; None where that is not to be found out.

    Linux tells it of one's own processes, and a superuser of all.
    """
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in sockets for fd in (process / "fd").iterdir()):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                return f"process {process.name} ({command})"
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return None


def _is_free(address: str) -> bool:
    host, _, port = address.rpartition(":")
    family, kind, _, _, place = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def _inodes(port: int) -> set[str]:
    """The listening sockets of that port, by the kernel's number of them."""
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found
