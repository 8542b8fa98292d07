"""Write docs/cli.md from what the command line says of itself; with --check, only say whether it is up to date."""

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import click

from foldline.cli import main

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"

_INTRODUCTION = """# The command line

Written by `scripts/cli_docs.py` from `foldline --help`; change it there.

Run `foldline` in the application's folder, where topics.yaml and functions/ are. Data goes to standard output, all else
to standard error.

| option | of | means |
| --- | --- | --- |
| `-o table`, `json`, `jsonl`, `yaml` | what prints data | how it is printed: a table on a terminal, else JSON |
| `-q` | what prints data | data and errors only |
| `--dry-run` | what changes things | say what would be done, and do nothing |
| `-y` | what changes things | do not ask first; needed where nobody can be asked |

Each option can be set in the environment: `FOLDLINE_CLI_STATUS_WATCH=1` is `foldline status --watch`. For all verbs
there are `FOLDLINE_CLI_OUTPUT`, `FOLDLINE_CLI_QUIET` and `FOLDLINE_CLI_YES`, and `NO_COLOR` takes colours away. What
services and verbs have in common, such as where the log is, are settings: `foldline doctor --all` explains them.

| it exits with | where |
| --- | --- |
| 0 | all went well |
| 1 | something went wrong |
| 2 | it was called wrongly, or a setting cannot be used |
| 3 | there is no such thing |
| 4 | a service asks for a token |
| 5 | something is not as it was taken to be |
| 6 | a service, the log or a state is not available |
| 7 | a check failed |
| 130, 141 | Ctrl-C; whoever read its output was gone |
"""
_COMMON = frozenset({"form", "quiet", "yes", "dry_run", "help"})
"""Options that the introduction tells of."""


def page() -> str:
    """The whole page."""
    root = click.Context(main, info_name="foldline")
    verbs = [(name, verb) for name in main.list_commands(root) if (verb := main.get_command(root, name)) is not None]
    contents = "\n".join(
        f"- [`foldline {name}`](#foldline-{name}) {_sentence(verb)}" for name, verb in verbs if not verb.hidden
    )
    sections = "\n".join(line for name, verb in verbs for line in _section(verb, f"foldline {name}", root, "##"))
    return f"{_INTRODUCTION}\n## Verbs\n\n{contents}\n\n{sections}".rstrip() + "\n"


def _section(verb: click.Command, name: str, parent: click.Context, level: str) -> Iterator[str]:
    """One verb, and what is within it."""
    if verb.hidden:
        return
    ctx = click.Context(verb, info_name=name.rpartition(" ")[2], parent=parent)
    text, example = _help(verb)
    yield from (f"{level} {name}", "", _literal(text), "")
    within = sorted(verb.commands.items()) if isinstance(verb, click.Group) else []
    if not within:
        yield from ("```", f"{name} {' '.join(verb.collect_usage_pieces(ctx))}", "```", "")
    yield from _options(verb)
    yield from ("```sh", example, "```", "")
    for inner, command in within:
        yield from _section(command, f"{name} {inner}", ctx, level + "#")


def _options(verb: click.Command) -> Iterator[str]:
    options = [o for o in verb.params if isinstance(o, click.Option) and o.name not in _COMMON and not o.hidden]
    if not options:
        return
    yield from ("| option | means |", "| --- | --- |")
    for option in options:
        value = "" if option.is_flag else f" {option.make_metavar(click.Context(verb))}"
        names = ", ".join(f"`{name}`" for name in option.opts[:-1])
        whole = f"`{option.opts[-1]}{value}`"
        means = re.sub(r"\s*\[.*\]$", "", option.help or "")
        default = option.default if option.show_default and isinstance(option.default, str | int | float) else None
        said = f" Default: `{default}`." if default not in {None, False} else ""
        yield f"| {', '.join(filter(None, (names, _cell(whole))))} | {_cell(means)}{said} |"
    yield ""


def _cell(text: str) -> str:
    return _literal(text).replace("|", r"\|")


def _literal(text: str) -> str:
    """Angle brackets are no HTML."""
    return text if "`" in text else text.replace("<", r"\<")


def _help(verb: click.Command) -> tuple[str, str]:
    """What a verb's help says, and the examples in it."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(verb.help or ""))
    text = [part.lstrip("\b\n") for part in paragraphs]
    said = [part for part in text if not part.startswith("Example: ")]
    examples = [line for part in text if part.startswith("Example: ") for line in part.splitlines()]
    return "\n\n".join(said), "\n".join(line.removeprefix("Example: ").strip() for line in examples)


def _sentence(verb: click.Command) -> str:
    return _help(verb)[0].partition("\n\n")[0].replace("\n", " ")


def _run(arguments: list[str]) -> int:
    made = page()
    if arguments != ["--check"]:
        PAGE.write_text(made)
        return 0
    there = PAGE.read_text() if PAGE.exists() else ""
    if there == made:
        return 0
    lines = zip_longest(there.splitlines(), made.splitlines())
    number = next(number for number, (old, new) in enumerate(lines, 1) if old != new)
    print(f"docs/cli.md is not what the command line says (line {number}); write it: {sys.argv[0]}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1:]))
