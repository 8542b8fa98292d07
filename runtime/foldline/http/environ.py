"""A request as the server gives it (WSGI, PEP 3333)."""

from typing import Any

Environ = dict[str, Any]


def path_of(environ: Environ) -> str:
    """The path, percent-decoded; what is not UTF-8 in it is replaced."""
    path: str = environ["PATH_INFO"]
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")
