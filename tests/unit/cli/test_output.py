"""What every verb prints alike."""

from collections.abc import Callable
from decimal import Decimal

import click
import pytest
from click.testing import CliRunner, Result

from foldline.cli.changing import Changes, changes
from foldline.cli.output import Output, prints

ROWS = [{"id": "p1", "price": Decimal("1.50")}, {"id": "p2", "price": Decimal(2)}]


@click.command()
@prints
def listing(output: Output) -> None:
    """Two products."""
    output.rows(ROWS)
    output.note("two of them")


@click.command()
@prints
def single(output: Output) -> None:
    """One product."""
    output.item(ROWS[0])


@click.command()
@prints
def streaming(output: Output) -> None:
    """Products as they come."""
    output.stream(ROWS, lambda row: f"it is {row['id']}")


@click.command()
@prints
def foreign(output: Output) -> None:
    """What somebody else wrote."""
    output.item({"\x1b[2J": "\x1b[2J"})
    output.note("by \x1b[2J")


@click.command()
@changes
def wiping(change: Changes) -> None:
    """Delete all."""
    click.echo("done" if change.agreed("delete all") else "left")


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda verb, *arguments, **extra: CliRunner().invoke(verb, arguments, **extra)


def test_another_program_reads_json_digit_for_digit(run: Run) -> None:
    result = run(listing)
    assert (
        result.stdout
        == '[\n  {\n    "id": "p1",\n    "price": 1.50\n  },\n  {\n    "id": "p2",\n    "price": 2\n  }\n]\n'
    )
    assert result.stderr == "two of them\n"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("table", "ID  PRICE\np1   1.50\np2      2\n"),
        ("jsonl", '{"id":"p1","price":1.50}\n{"id":"p2","price":2}\n'),
        ("yaml", "- id: p1\n  price: 1.50\n- id: p2\n  price: 2\n"),
    ],
)
def test_rows_come_in_the_form_that_was_asked_for(run: Run, form: str, text: str) -> None:
    assert run(listing, "-o", form).stdout == text
    assert run(listing, env={"FOLDLINE_CLI_OUTPUT": form}).stdout == text


def test_one_thing_is_a_line_for_each_of_its_parts(run: Run) -> None:
    assert run(single, "-o", "table").stdout == "id     p1\nprice  1.50\n"


def test_what_somebody_else_wrote_cannot_steer_the_terminal(run: Run) -> None:
    result = run(foreign, "-o", "table")
    assert result.stdout == "\\x1b[2J  \\x1b[2J\n"
    assert result.stderr == "by \\x1b[2J\n"


def test_a_stream_is_a_line_each(run: Run) -> None:
    assert run(streaming).stdout == '{"id":"p1","price":1.50}\n{"id":"p2","price":2}\n'
    assert run(streaming, "-o", "table").stdout == "it is p1\nit is p2\n"


def test_quiet_prints_data_only(run: Run) -> None:
    assert run(listing, "-q").stderr == ""


def test_a_change_is_made_where_it_was_agreed_to(run: Run) -> None:
    assert run(wiping, "--yes").stdout == "done\n"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(run: Run) -> None:
    result = run(wiping, "--dry-run", "--yes")
    assert (result.stdout, result.stderr) == ("left\n", "would delete all\n")


def test_where_nobody_can_be_asked_nothing_is_changed(run: Run) -> None:
    result = run(wiping)
    assert result.exit_code == 2
    assert "Say --yes" in result.stderr
