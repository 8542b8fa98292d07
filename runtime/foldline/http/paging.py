"""Where a list goes on."""

from urllib.parse import quote, urlencode

from foldline.http.arguments import pairs
from foldline.http.environ import Environ, path_of


def next_page(environ: Environ, after: str) -> str:
    """The `Link` of the page after a request: the same path and query, from `after` on."""
    query = [(name, value) for name, value in pairs(environ.get("QUERY_STRING", "")) if name != "after"]
    return f'<{quote(path_of(environ))}?{urlencode([*query, ("after", after)])}>; rel="next"'
