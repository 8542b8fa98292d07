"""What every verb prints alike: data to standard output in the form that was asked for, the rest to standard error."""

import functools
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

import click
import yaml

from foldline import jsontext
from foldline.table import Row, cell_text, harmless, text_table

R = TypeVar("R")

FORMS = ("table", "json", "jsonl", "yaml")

_TABLE_ROWS = 500
"""Of a table that is printed before its end is known."""
_MOMENT = 0.5
"""Seconds."""


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
                click.echo(_yaml(data), nl=False)
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
                    return _yaml([row]).rstrip("\n")

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

    @contextmanager
    def progress(self, length: int | None, label: str, *, beside_data: bool = False) -> Iterator[Callable[[int], None]]:
        """Gives a function that is told of every step made; a bar is shown on a terminal only.

        `beside_data`: data is printed meanwhile, so that there is no bar where both would go to the same terminal.
        """
        if self._quiet or not sys.stderr.isatty() or (beside_data and sys.stdout.isatty()):
            yield lambda _: None
            return
        with ExitStack() as stack:
            yield _LateBar(length or 1, label, stack).update

    def _table(self, lines: Sequence[str]) -> Sequence[str]:
        if not lines:
            self.note("none")
        return headed(lines)


class _LateBar:
    """A bar that is not shown for work that takes but a moment."""

    def __init__(self, length: int, label: str, stack: ExitStack) -> None:
        self._bar = click.progressbar(length=length, label=label, file=sys.stderr)
        self._stack = stack
        self._show_at = time.monotonic() + _MOMENT
        self._shown = False
        self._made = 0

    def update(self, steps: int) -> None:
        """So many steps more were made."""
        self._made += steps
        if not self._shown and time.monotonic() >= self._show_at:
            self._stack.enter_context(self._bar)
            self._shown = True
        if self._shown:
            self._bar.update(self._made)
            self._made = 0


def headed(table: Sequence[str]) -> list[str]:
    """A table's lines, with the heading set off."""
    return [click.style(line, bold=True) if number == 0 else line for number, line in enumerate(table)]


def terminal_width() -> int | None:
    """Cells of a line of the terminal; None: it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


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


class Changes:
    """Whether a verb that changes things is to do so."""

    def __init__(self, *, yes: bool, dry_run: bool) -> None:
        self._yes = yes
        self.dry_run = dry_run

    def agreed(self, what: str) -> bool:
        """Ask on a terminal whether to go on with `what`; False in a dry run, which says what would be done.

        Raises UsageError where nobody can be asked and --yes was not said.
        """
        if self.dry_run:
            click.echo(f"would {what}", err=True)
            return False
        if self._yes:
            return True
        if not sys.stdin.isatty():
            raise click.UsageError(f"This would {what}. Say --yes where nobody can be asked.")
        click.confirm(f"This will {what}. Go on?", abort=True, err=True)
        return True


def changes(verb: Callable[..., R]) -> Callable[..., R]:
    """Give a verb that changes things its `Changes` as first parameter, and the options --yes and --dry-run."""

    @click.option("-y", "--yes", is_flag=True, envvar="FOLDLINE_CLI_YES", help="Do it without asking.")
    @click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
    @functools.wraps(verb)
    def with_changes(*args: Any, yes: bool, dry_run: bool, **kwargs: Any) -> R:
        return verb(Changes(yes=yes, dry_run=dry_run), *args, **kwargs)

    return with_changes


def _fitting(for_programs: str) -> str:
    return "table" if sys.stdout.isatty() else for_programs


def _parts(item: Row) -> Iterator[str]:
    longest = max(map(len, item), default=0)
    for name, value in item.items():
        yield f"{click.style(cell_text(name).replace('_', ' ').ljust(longest), bold=True)}  {cell_text(value)}"


class _Dumper(yaml.SafeDumper):
    """Writes numbers digit for digit."""


def _digits(dumper: _Dumper, number: Decimal) -> yaml.ScalarNode:
    text = f"{number:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _digits)


def _yaml(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
