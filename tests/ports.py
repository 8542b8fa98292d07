"""Ports for what a test starts."""

import random
import socket

# Below those that Linux gives to outgoing connections (net.ipv4.ip_local_port_range starts at 32768): a port of those
# is free when one looks, and may be a client's own when the server binds it.
_FIRST, _LAST = 10_000, 32_000
_candidates = iter(random.sample(range(_FIRST, _LAST), _LAST - _FIRST))


def free_port(count: int = 1) -> int:
    """The first of `count` neighbouring ports on 127.0.0.1 that nobody listens on; none is given twice in a run."""
    for port in _candidates:
        if all(_is_free(port + following) for following in range(count)):
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
