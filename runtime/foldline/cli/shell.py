"""`foldline shell`."""

import sys
import traceback
from pathlib import Path

import click

from foldline.client import Client
from foldline.errors import FoldlineError
from foldline.shell.session import Session
from foldline.topology import read_topology

_PATIENCE = {"timeout": 10.0, "max_retries": 5}
"""A person waits, and can try again."""


@click.command()
@click.option("-c", "code", metavar="CODE", help="Run this and exit.")
@click.pass_obj
def shell(path: Path, code: str | None) -> None:
    """Open a Python prompt with what the services offer at hand.

    There is a class for each kind of entity of the services that run, and a function for each query.

    Without a terminal, what comes by standard input is run, as CODE is. An error's exit code is the shell's.

    Example: foldline shell -c "print(Product.create(name='Butter', price=1.50).id)"
    """
    if code is None and not sys.stdin.isatty():
        code = sys.stdin.read()
    with Client.from_environment(path, **(_PATIENCE if code is None else {})) as client:
        session = Session(client, read_topology(path) if path.exists() else None)
        if code is None:
            _prompt(session)
        else:
            _run(session, code)


def _run(session: Session, code: str) -> None:
    try:
        exec(compile(code, "<code>", "exec"), session.names)  # noqa: S102 - that is what it is for
    except FoldlineError:
        raise
    except Exception as error:
        traceback.print_exception(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
        for line in session.not_up():  # which may be why a name is not there
            click.echo(line, err=True)
        sys.exit(1)


def _prompt(session: Session) -> None:
    try:
        from foldline.shell.ipython import prompt  # noqa: PLC0415 - it may not be installed
    except ImportError:
        from foldline.shell.standard import prompt  # noqa: PLC0415
    prompt(session)
