"""gunicorn's parser of requests, which turns to the socket only where something can be left of a body."""

from gunicorn.http.body import LengthReader
from gunicorn.http.parser import RequestParser


class Parser(RequestParser):  # type: ignore[misc]
    """Reads one connection's requests.

    Each call to the socket lets another thread have the interpreter; between two requests gunicorn makes several, to
    look for the rest of a body that mostly was read whole.
    """

    def finish_body(self, deadline: float | None = None, max_bytes: int | None = None) -> bool:
        """Discard what is left of a body; False where that cannot be done."""
        return self._body_was_read() or super().finish_body(deadline, max_bytes)

    def _body_was_read(self) -> bool:
        body = getattr(self.mesg, "body", None)
        reader = getattr(body, "reader", None)
        return isinstance(reader, LengthReader) and reader.length == 0 and not getattr(body, "failed", True)
