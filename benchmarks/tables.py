"""What a benchmark found, as a table."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """One table of docs/performance.md."""

    name: str
    """Its place on the page: `<!-- table: NAME -->`."""
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    """A sentence or two below it."""

    def markdown(self) -> str:
        """The table and what is noted below it, without a line break at the end."""
        lines = [_line(self.heading), _line("---" for _ in self.heading), *map(_line, self.rows)]
        return "\n".join([*lines, "", self.note] if self.note else lines)


def _line(cells: Iterable[str]) -> str:
    shown = (f" {cell} " if cell else " " for cell in (cell.replace("|", r"\|") for cell in cells))
    return f"|{'|'.join(shown)}|"
