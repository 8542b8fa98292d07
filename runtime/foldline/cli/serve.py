"""`foldline serve`."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from foldline.cli.application import surroundings


@click.command()
@click.argument("service")
@click.option("--bind", metavar="HOST[:PORT]", help="Where to listen.  [env var: FOLDLINE_BIND; default: 127.0.0.1]")
@click.option("--reload", is_flag=True, help="Start anew whenever a file of the application changes.")
@click.pass_obj
def serve(path: Path, service: str, bind: str | None, reload: bool) -> None:
    """Serve the functions of SERVICE over HTTP, until SIGTERM or Ctrl-C.

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
    server.serve(around.load(service), settings)
