"""`foldline doctor`."""

import os
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from foldline.admin.checks.check import Check
from foldline.admin.doctor import examine
from foldline.cli.output import Output, prints
from foldline.cli.terminal import terminal_width
from foldline.errors import SetupError
from foldline.table import cell_text

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
_GAPS = len("fail    ")
_LEAST = 20
"""Cells that a text gets at least, however narrow the terminal is."""


@click.command()
@click.option("-a", "--all", "every", is_flag=True, help="Explain also the settings that are left at their defaults.")
@click.pass_context
@prints
def doctor(output: Output, ctx: click.Context, every: bool) -> None:
    """Check all that services need, and say what to do about what is wrong.

    That is: the versions of what Foldline runs on, the settings (each with its source and its meaning; secrets are
    hidden), topics.yaml and the functions, the log, its brokers and its topics, the folders and the ports.

    It changes nothing, and exits with 7 where a check fails.

    Example: foldline doctor --all
    """
    path: Path = ctx.obj
    checks = list(examine(path, os.environ, every=every))
    output.report([asdict(check) for check in checks], lambda: _lines(checks))
    failed = sum(check.state == "fail" for check in checks)
    if failed:
        output.note(f"{failed} of {len(checks)} checks failed")
        ctx.exit(SetupError.exit_code)


def _lines(checks: Sequence[Check]) -> Iterator[str]:
    width = max(len(check.check) for check in checks)
    for check in checks:
        state = click.style(f"{check.state:4}", fg=_COLOURS[check.state])
        first, *rest = _wrapped(cell_text(check.what), width + _GAPS)
        yield f"{state}  {check.check:{width}}  {first}"
        remedy = [] if check.remedy is None else _wrapped(f"do: {check.remedy}", width + _GAPS)
        yield from (f"{'':{width + _GAPS}}{line}" for line in (*rest, *remedy))


def _wrapped(text: str, indent: int) -> list[str]:
    """The text in lines that fit beside what stands before them; on one, where it is no terminal."""
    width = terminal_width()
    return [text] if width is None else textwrap.wrap(text, max(width - indent, _LEAST), break_on_hyphens=False)
