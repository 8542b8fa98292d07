"""`foldline init`."""

import shlex
from pathlib import Path

import click

from foldline.admin.scaffold import scaffold
from foldline.cli.output import Output, prints


@click.command()
@click.argument("name", type=click.Path(path_type=Path, file_okay=False))
@click.option("--entity", default="notes", show_default=True, help="What the application keeps, in the plural.")
@prints
def init(output: Output, name: Path, entity: str) -> None:
    """Begin a new application in the folder NAME.

    It has one service, its functions, and their tests.

    Example: foldline init diary && cd diary && foldline serve notes
    """
    output.rows([{"file": str(path)} for path in scaffold(name, entity)])
    output.note(_next_steps(name, entity))


def _next_steps(folder: Path, service: str) -> str:
    steps = {
        f"cd {shlex.quote(str(folder))}": "",
        f"foldline serve {service} --reload": "http://127.0.0.1:8000/docs shows its API; Ctrl-C ends it",
        "pytest": "needs pytest: pip install pytest",
    }
    width = max(map(len, steps))
    lines = [f"  {step:{width}}  # {remark}" if remark else f"  {step}" for step, remark in steps.items()]
    ask = f"""  curl 127.0.0.1:8000/{service} -H 'Content-Type: application/json' -d '{{"title": "First"}}'"""
    return "\n".join(["\nNext:", *lines, "\nAnd in another terminal:", ask])
