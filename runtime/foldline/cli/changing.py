"""What every verb that changes things asks alike: whether it is to."""

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

R = TypeVar("R")


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
