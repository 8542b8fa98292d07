"""What every verb prints alike: data to standard output in the form that was asked for, the rest to standard error."""

import functools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any, TypeVar

import click

from foldline import jsontext
from foldline.cli.progress import late_bar
from foldline.cli.terminal import headed, terminal_width
from foldline.cli.yaml_text import yaml_text
from foldline.table import Row, cell_text, harmless, text_table

R = TypeVar("R")

FORMS = ("table", "json", "jsonl", "yaml")

_TABLE_ROWS = 500
"""Of a table that is printed before its end is known."""


class Output:
    """Where one verb's data and remarks go."""

    def __init__(self, form: str | None, *, quiet: bool) -> None:
        """`form` is one of FORMS; None: a table on a terminal, and JSON where another program reads."""
        self._form = form
        self._quiet = quiet

    @property
    def is_drawn(self) -> bool:
        """Whether a person looks at it on a terminal, so that it may be drawn over."""
        return sys.stdout.isatty() and self._form in {None, "table"}

    def rows(self, rows: Iterable[Row], columns: Sequence[str] = ()) -> None:
        """Print things of one kind. A table shows only `columns`, if there are any; the other forms have all keys."""
        rows = list(rows)
        self.report(rows, lambda: self._table(text_table(rows, columns, terminal_width())))

    def item(self, item: Row) -> None:
        """Print one thing: its parts, a line each."""
        self.report(item, lambda: _parts(item))

    def report(self, data: Row | Sequence[Row], lines: Callable[[], Iterable[str]]) -> None:
        """Print what a person reads in a form of its own, made by `lines`; other programs get the data."""
        match self._form or _fitting("json"):
            case "json":
                click.echo(jsontext.pretty(data))
            case "jsonl":
                for row in [data] if isinstance(data, Mapping) else data:
                    click.echo(jsontext.encode(row))
            case "yaml":
                click.echo(yaml_text(data), nl=False)
            case _:
                for line in lines():
                    click.echo(line)

    def stream(self, rows: Iterable[Row], line: Callable[[Row], str]) -> None:
        """Print things one by one, as they come; `line` makes what a person reads of one."""
        match self._form or _fitting("jsonl"):
            case "json" | "jsonl":
                write: Callable[[Row], str | bytes] = jsontext.encode
            case "yaml":

                def write(row: Row) -> str | bytes:
                    return yaml_text([row]).rstrip("\n")

            case _:
                write = line
        self.lines(rows, write)

    def lines(self, rows: Iterable[Row], line: Callable[[Row], str | bytes]) -> None:
        """Print a line for each, in whatever form was asked for."""
        for row in rows:
            click.echo(line(row))

    def long(self, rows: Iterable[Row]) -> None:
        """Print things of one kind as they come, of which there may be very many: a table for each few hundred."""
        if (self._form or _fitting("jsonl")) != "table":
            self.stream(rows, str)
            return
        rows = iter(rows)
        some = list(islice(rows, _TABLE_ROWS))
        self.rows(some)
        while some := list(islice(rows, _TABLE_ROWS)):
            click.echo()
            self.rows(some)

    def note(self, text: str) -> None:
        """Say something that is not data; --quiet drops it."""
        if not self._quiet:
            click.echo(harmless(text), err=True)

    def progress(
        self, length: int | None, label: str, *, beside_data: bool = False
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Gives a function that is told of every step made; a bar is shown on a terminal only.

        `beside_data`: data is printed meanwhile, so that there is no bar where both would go to the same terminal.
        """
        if self._quiet or not sys.stderr.isatty() or (beside_data and sys.stdout.isatty()):
            return nullcontext(lambda _: None)
        return late_bar(length or 1, label)

    def _table(self, lines: Sequence[str]) -> Sequence[str]:
        if not lines:
            self.note("none")
        return headed(lines)


def prints(verb: Callable[..., R]) -> Callable[..., R]:
    """Give a verb its `Output` as first parameter, and the options that form it: -o/--output and -q/--quiet."""

    @click.option(
        "-o",
        "--output",
        "form",
        type=click.Choice(FORMS),
        envvar="FOLDLINE_CLI_OUTPUT",
        help="How data is printed.  [default: table on a terminal, else json]",
    )
    @click.option("-q", "--quiet", is_flag=True, envvar="FOLDLINE_CLI_QUIET", help="Print data and errors only.")
    @functools.wraps(verb)
    def with_output(*args: Any, form: str | None, quiet: bool, **kwargs: Any) -> R:
        return verb(Output(form, quiet=quiet), *args, **kwargs)

    return with_output


def _fitting(for_programs: str) -> str:
    return "table" if sys.stdout.isatty() else for_programs


def _parts(item: Row) -> Iterator[str]:
    longest = max(map(len, item), default=0)
    for name, value in item.items():
        yield f"{click.style(cell_text(name).replace('_', ' ').ljust(longest), bold=True)}  {cell_text(value)}"
