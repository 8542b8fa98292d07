"""Where a list goes on."""

from urllib.parse import quote, urlencode

from flask import request

from foldline.http.arguments import pairs


def next_page(after: str) -> str:
    """The `Link` of the page after the request at hand: the same path and query, from `after` on."""
    query = [(name, value) for name, value in pairs(request.environ.get("QUERY_STRING", "")) if name != "after"]
    return f'<{quote(request.path)}?{urlencode([*query, ("after", after)])}>; rel="next"'
