"""`foldline serve`."""

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from foldline.admin.checks.listeners import becomes_free, holder_of
from foldline.cli.application import surroundings
from foldline.errors import FoldlineError

_PATIENCE = 5.0
"""Seconds."""


@click.command()
@click.argument("service")
@click.option("--bind", metavar="HOST[:PORT]", help="Where to listen.  [env var: FOLDLINE_BIND; default: 127.0.0.1]")
@click.option("--reload", is_flag=True, help="Start anew whenever a file of the application changes.")
@click.pass_obj
def serve(path: Path, service: str, bind: str | None, reload: bool) -> None:
    """Serve the functions of SERVICE over HTTP.

    It goes on until SIGTERM or Ctrl-C.

    Example: foldline serve products
    """
    if reload:
        from foldline.process.reload import serve_and_reload  # noqa: PLC0415 - each process imports what it needs

        arguments = [argument for argument in sys.argv[1:] if argument != "--reload"]
        serve_and_reload(path.absolute().parent, arguments)
        return
    from foldline.process import server  # noqa: PLC0415

    around = surroundings(path)
    settings = replace(around.settings, bind=bind or around.settings.bind)
    application = around.load(service)
    _wait_for(server.listen_address(application, settings), service)
    server.serve(application, settings)


def _wait_for(address: str, service: str) -> None:
    """Until who had the address has gone, as at a restart; raises FoldlineError where somebody stays."""
    with suppress(OSError):  # what else is wrong with it, gunicorn says
        if not becomes_free(address, _PATIENCE):
            holder = holder_of(int(address.rpartition(":")[2])) or "another program"
            raise FoldlineError(
                f"{address} is taken by {holder}: stop that, or have {service} listen elsewhere: "
                "--bind, FOLDLINE_BIND, or its port in topics.yaml"
            )
