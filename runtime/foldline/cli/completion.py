"""`foldline completion`."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script by which SHELL completes what is typed.

    That is: verbs, options, and the names of services, topics and functions.

    \b
    Example: foldline completion bash > ~/.local/share/bash-completion/completions/foldline
             foldline completion zsh > "${fpath[1]}/_foldline"
             foldline completion fish > ~/.config/fish/completions/foldline.fish
    """  # noqa: D301 - \b keeps lines as they are
    click.echo(_SHELLS[shell](ctx.find_root().command, {}, "foldline", "_FOLDLINE_COMPLETE").source())
