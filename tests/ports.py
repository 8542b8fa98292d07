"""Ports for what a test starts."""

import os
import random
import socket

# Below those that Linux gives to outgoing connections (net.ipv4.ip_local_port_range starts at 32768): a port of those
# is free when one looks, and may be a client's own when the server binds it.
_FIRST, _LAST = 10_000, 32_000
# Processes that run tests side by side have no port in common.
_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_ours = range(_FIRST, _LAST, 2)[_PROCESS::_PROCESSES]
_candidates = iter(random.sample(_ours, len(_ours)))


def free_port(*, neighbour: bool = False) -> int:
    """A port of 127.0.0.1 that nobody listens on, and with `neighbour` on the next neither.

    None is given twice in a run, nor one whose neighbour was.
    """
    for port in _candidates:
        if _is_free(port) and (not neighbour or _is_free(port + 1)):
            return port
    raise RuntimeError("every port was given out")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
