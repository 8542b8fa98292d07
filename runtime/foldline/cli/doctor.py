"""`foldline doctor`."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from foldline.admin.checks.check import Check
from foldline.admin.doctor import examine
from foldline.cli.output import Output, prints
from foldline.cli.terminal import wrapped
from foldline.errors import SetupError
from foldline.table import cell_text

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
_GAPS = len("fail    ")


@click.command()
@click.option("-a", "--all", "every", is_flag=True, help="Explain also the settings that are left at their defaults.")
@click.pass_context
@prints
def doctor(output: Output, ctx: click.Context, every: bool) -> None:
    """Check all that services need, and say what to do.

    Looked at are the versions of what Foldline runs on, the settings (each with its source and its meaning; secrets are
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
        first, *rest = wrapped(cell_text(check.what), width + _GAPS)
        yield f"{state}  {check.check:{width}}  {first}"
        remedy = [] if check.remedy is None else wrapped(f"do: {check.remedy}", width + _GAPS)
        yield from (f"{'':{width + _GAPS}}{line}" for line in (*rest, *remedy))
