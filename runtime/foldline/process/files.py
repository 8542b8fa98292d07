"""How many files a process may hold open: each connection is one."""

import resource

_ENOUGH = 65_536


def allow_many() -> None:
    """Take what the system allows, up to 65,536; the usual 1,024 is too few for a thousand sockets."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if most == resource.RLIM_INFINITY else min(_ENOUGH, most)
    if least != resource.RLIM_INFINITY and least < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
