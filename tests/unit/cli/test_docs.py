"""docs/cli.md is what the command line says of itself."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from foldline.cli import main

SCRIPT = Path(__file__).parents[3] / "scripts" / "cli_docs.py"


def verbs(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every verb that can be typed, groups among them."""
    ctx = click.Context(group, info_name=name)
    for inner in group.list_commands(ctx):
        command = group.get_command(ctx, inner)
        assert command is not None
        yield f"{name} {inner}", command
        if isinstance(command, click.Group):
            yield from verbs(command, f"{name} {inner}")


@pytest.mark.parametrize(("name", "verb"), [pytest.param(*pair, id=pair[0]) for pair in verbs(main, "foldline")])
def test_every_verb_says_what_it_does_and_shows_how(name: str, verb: click.Command) -> None:
    assert verb.help, name
    assert name in verb.help.partition("Example: ")[2], name
    assert all(option.help for option in verb.params if isinstance(option, click.Option)), name


def groups() -> Iterator[tuple[str, click.Group]]:
    yield "foldline", main
    yield from ((name, verb) for name, verb in verbs(main, "foldline") if isinstance(verb, click.Group))


@pytest.mark.parametrize(("name", "group"), [pytest.param(*pair, id=pair[0]) for pair in groups()])
def test_every_list_of_verbs_is_told_whole_on_a_terminal_of_80(name: str, group: click.Group) -> None:
    said = CliRunner().invoke(group, ["--help"], terminal_width=80).output
    assert "..." not in said.partition("Commands:")[2], name


def test_the_page_is_up_to_date() -> None:
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
