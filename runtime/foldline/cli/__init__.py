"""The command line: a thin shell over functions that can be called without it."""

import errno
import logging
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from foldline.errors import FoldlineError
from foldline.table import harmless

_VERBS = {
    "functions": "foldline.cli.functions:functions",
    "init": "foldline.cli.init:init",
    "serve": "foldline.cli.serve:serve",
    "check": "foldline.cli.check:check",
    "completion": "foldline.cli.completion:completion",
    "dead-letters": "foldline.cli.dead_letters:dead_letters",
    "doctor": "foldline.cli.doctor:doctor",
    "services": "foldline.cli.services:services",
    "state": "foldline.cli.state:state",
    "status": "foldline.cli.status:status",
    "events": "foldline.cli.events:events",
    "entity": "foldline.cli.entity:entity",
    "topics": "foldline.cli.topics:topics",
    "package": "foldline.cli.package:package",
    "shell": "foldline.cli.shell:shell",
    "version": "foldline.cli.version:version",
    "deploy": "foldline.cli.deploy:deploy",
}
"""Where each verb is. It is imported when it is called for: a service imports nothing of the rest."""

_VARIABLES = "FOLDLINE_CLI"

_INTERRUPTED = 130
_PIPE_CLOSED = 141
"""As a shell reports a process that SIGINT or SIGPIPE ended."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class _Verbs(click.Group):
    """The verbs; our own errors are one plain message, and the exit code is theirs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return sorted(_VERBS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:  # click knows only those that it has in hand
            raise click.NoSuchCommand(error.command_name, possibilities=_VERBS, ctx=ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _VERBS:
            return None
        module, _, name = _VERBS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        _name_variables(command, f"{_VARIABLES}_{cmd_name}")
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FoldlineError as error:
            click.echo(harmless(error.message), err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            sys.exit(_INTERRUPTED)
        except BrokenPipeError:
            _drop_output()
            sys.exit(_PIPE_CLOSED)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            click.echo(f"the output cannot be written: {error.strerror}", err=True)
            _drop_output()
            sys.exit(FoldlineError.exit_code)


def _drop_output() -> None:
    """Let what was not written yet go nowhere: it would fail again when it is flushed at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _name_variables(command: click.Command, prefix: str) -> None:
    """Have options read the variables that are called as they are typed; click would take their parameters' names."""
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None:
            typed = max(option.opts, key=len).lstrip("-")
            option.envvar = f"{prefix}_{typed}".replace("-", "_").upper()
    if isinstance(command, click.Group):
        for name, verb in command.commands.items():
            _name_variables(verb, f"{prefix}_{name}")


@click.group(
    cls=_Verbs,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": _VARIABLES,
        "max_content_width": 120,  # examples are to be copied: they should be on one line where the terminal has room
    },
    epilog="Each option can be set in the environment: FOLDLINE_CLI_EVENTS_TAIL_FROM is `foldline events tail --from`.",
)
@click.version_option(package_name="foldline", message="%(version)s")
@click.option(
    "-f",
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("topics.yaml"),
    envvar="FOLDLINE_FILE",
    show_default=True,
    show_envvar=True,
    help="Which topics there are, and which service runs which functions.",
)
@click.pass_context
def main(ctx: click.Context, path: Path) -> None:
    """Event-sourced services made of small functions over a Kafka log.

    Run it in the application's folder, where topics.yaml and functions/ are.
    """
    ctx.obj = path
    logging.getLogger("foldline.log").addHandler(logging.NullHandler())  # it would only repeat what the error says
    if os.environ.get("NO_COLOR"):
        ctx.color = False
