"""`foldline functions`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict, Unpack

import click

from foldline.admin.catalogue import KINDS, Found, find_function, functions_of, row_of
from foldline.admin.describing import describe as describe_function
from foldline.admin.invoking import Invocation
from foldline.admin.invoking import invoke as invoke_function
from foldline.admin.services import Services, check_service
from foldline.cli.application import Surroundings, surroundings
from foldline.cli.complete import function_names, service_names
from foldline.cli.data import takes_data, typed_object
from foldline.cli.output import Output, prints
from foldline.cli.terminal import headed, terminal_width
from foldline.client.transport import Answer
from foldline.errors import Malformed
from foldline.functions.application import Application
from foldline.schema_text import in_words
from foldline.table import cell_text, text_table

_GRACE = 5.0
"""Seconds beyond FOLDLINE_DEADLINE for which an answer is waited for."""

_of_service = click.option(
    "--service", metavar="SERVICE", shell_complete=service_names, help="Only this service's functions."
)
_of_kind = click.option("--kind", type=click.Choice(KINDS), help="Only functions of this kind.")


class _Given(TypedDict):
    service: str | None
    kind: str | None
    id: str | None
    path_variables: tuple[str, ...]
    data: str | None
    fields: tuple[str, ...]
    if_match: str | None
    idempotency_key: str | None


@click.group()
def functions() -> None:
    """See the functions of the application, and call them.

    Example: foldline functions invoke products.create --set name=Butter --set price=1.50
    """


@functions.command("list")
@_of_service
@_of_kind
@click.pass_obj
@prints
def list_functions(output: Output, path: Path, service: str | None, kind: str | None) -> None:
    """List the functions of all services.

    Example: foldline functions list --service products
    """
    applications = _applications(surroundings(path), service)
    rows = [row_of(found) for application in applications.values() for found in functions_of(application)]
    output.rows(
        [asdict(row) for row in rows if kind in {None, row.kind}], ("function", "service", "kind", "route", "summary")
    )


@functions.command()
@click.argument("function", shell_complete=function_names)
@_of_service
@_of_kind
@click.pass_obj
@prints
def describe(output: Output, path: Path, function: str, service: str | None, kind: str | None) -> None:
    """Show all that is known of FUNCTION.

    That is: its route, what it takes, its docstring, and where it is written.

    Example: foldline functions describe products.update
    """
    found = find_function(_applications(surroundings(path), service), function, kind)
    described = describe_function(found)
    output.report(described, lambda: _lines(described))


@functions.command()
@click.argument("function", shell_complete=function_names)
@click.option("--id", metavar="ID", help="The entity's id, where the route has <id>.")
@click.option("--path", "path_variables", metavar="NAME=VALUE", multiple=True, help="Another variable of the route.")
@takes_data
@click.option("--if-match", metavar="ETAG", help="Call it only if the entity is still the one of this ETag.")
@click.option("--idempotency-key", metavar="KEY", help="Called again with the same key, a command takes place once.")
@_of_service
@_of_kind
@click.pass_obj
@prints
def invoke(output: Output, path: Path, function: str, **given: Unpack[_Given]) -> None:
    """Call FUNCTION of a running service, and print what it answers.

    The fields of --data and --set are a command's body, or a query's query string.

    \b
    Example: foldline functions invoke products.create --set name=Butter --set price=1.50
             foldline functions invoke products.update --id ID --data @butter.json --if-match '"0"'
             foldline functions invoke products.browse --set limit=10 -o table
    """  # noqa: D301 - \b keeps lines as they are
    around = surroundings(path)
    found = find_function(_applications(around, given["service"]), function, given["kind"])
    with closing(Services.of(around.topology, around.settings)) as services:
        answer = invoke_function(services, found, _invocation(found, given), around.settings.deadline + _GRACE)
    _print(output, answer)


def _applications(around: Surroundings, service: str | None) -> Mapping[str, Application]:
    if service is None:
        return around.load_all()
    check_service(around.topology, service)
    return {service: around.load(service)}


def _invocation(found: Found, given: _Given) -> Invocation:
    variables = dict(_pair("--path", text) for text in given["path_variables"])
    if given["id"] is not None:
        variables["id"] = given["id"]
    headers = {"If-Match": given["if_match"], "Idempotency-Key": given["idempotency_key"]}
    sent = {name: value for name, value in headers.items() if value is not None}
    return Invocation(variables, _fields(found, given), sent)


def _fields(found: Found, given: _Given) -> Mapping[str, Any] | None:
    """A query string is text: what looks like a number there must stay as it was typed."""
    if found.kind == "query":
        typed = typed_object(given["data"], ()) or {}
        return typed | dict(_pair("--set", text) for text in given["fields"])
    return typed_object(given["data"], given["fields"])


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise Malformed(f"{option} {text}: it is NAME=VALUE")
    return name, value


def _print(output: Output, answer: Answer) -> None:
    answered = answer.json()
    if isinstance(answered, list):
        output.rows(answered)
    elif answered is not None:
        output.item(answered)
    said = [f"{name}: {value}" for name in ("ETag", "Log-Position") if (value := answer.headers.get(name))]
    output.note("  ".join(said))
    if answer.after is not None:
        output.note(f"there is more: --set after={answer.after}")


def _lines(described: Mapping[str, Any]) -> Iterator[str]:
    yield f"{click.style(described['function'], bold=True)}  {described['kind']} of {described['service']}"
    yield ""
    yield from (f"  {line}".rstrip() for line in described["description"].splitlines())
    yield ""
    for name in ("route", "topics", "parameters", "tables", "version", "source"):
        if described.get(name):
            yield f"{click.style(f'{name:10}', bold=True)}  {cell_text(described[name])}"
    schema = described.get("body") or described.get("args")
    if schema is not None:
        yield ""
        yield from headed(text_table(_schema_rows(schema), width=terminal_width()))


def _schema_rows(schema: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    required = schema.get("required", ())
    return [
        {"field": name, "is": in_words(field), "required": name in required}
        for name, field in schema["properties"].items()
    ]
