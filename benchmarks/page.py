"""docs/performance.md: words by hand, and tables between markers, which the benchmarks fill.

    python -m benchmarks.page    (says which markers are missing, or stand for nothing)

A table's place is `<!-- table: NAME -->`, then whatever was measured last, then `<!-- end -->`. Each benchmark lists
the names of its tables in `TABLES`.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.tables import Table

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- table: (\S+) -->\n)(?:(?!<!--).)*?(<!-- end -->)", re.DOTALL)


def fill(table: Table, measured_on: str) -> None:
    """Put the table in its place; ends the program where there is none."""
    text = PAGE.read_text()
    if problems := [*problems_of(text, [table.name])]:
        raise SystemExit("\n".join(problems))
    block = f"{table.markdown()}\n\n*{measured_on}*\n"
    PAGE.write_text(_PLACE.sub(lambda found: found[1] + block + found[3] if found[2] == table.name else found[0], text))


def problems_of(text: str, names: Iterable[str]) -> Iterator[str]:
    """What keeps these tables from being filled in."""
    places = [found[2] for found in _PLACE.finditer(text)]
    for name in names:
        if places.count(name) != 1:
            yield (
                f"{PAGE.name} has {places.count(name)} places for the table {name!r}; "
                f"it needs one: <!-- table: {name} -->, and <!-- end --> below it"
            )


def main() -> None:
    """Hold the page against what the benchmarks fill."""
    modules = (import_module(f"benchmarks.{path.stem}") for path in sorted(Path(__file__).parent.glob("[a-z]*.py")))
    filled = [name for module in modules for name in getattr(module, "TABLES", ())]
    text = PAGE.read_text()
    idle = set(re.findall(r"<!-- table: (\S+) -->", text)) - set(filled)
    problems = [*problems_of(text, filled), *(f"{PAGE.name}: no benchmark fills the table {name!r}" for name in idle)]
    sys.exit("\n".join(problems) or None)


if __name__ == "__main__":
    main()
