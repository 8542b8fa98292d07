"""`foldline services`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from foldline.admin.catalogue import functions_of, row_of
from foldline.admin.services import check_service, urls_of
from foldline.cli.application import Surroundings, surroundings
from foldline.cli.check import lines_of
from foldline.cli.complete import service_names
from foldline.cli.output import Output, prints
from foldline.functions.application import Application
from foldline.state.place import state_path

_COLUMNS = ("service", "url", "topics", "page")


@click.group()
def services() -> None:
    """See the services that topics.yaml declares.

    How they are now says `foldline status`.

    Example: foldline services list
    """


@services.command("list")
@click.pass_obj
@prints
def list_services(output: Output, path: Path) -> None:
    """List the services.

    Where each is, which topics it folds, and its page. JSON and YAML say too how many functions it runs, and where it
    keeps its state.

    Example: foldline services list -o yaml
    """
    around = surroundings(path)
    output.rows([_row(around, application) for application in around.load_all().values()], _COLUMNS)


@services.command()
@click.argument("service", shell_complete=service_names)
@click.pass_obj
@prints
def describe(output: Output, path: Path, service: str) -> None:
    """Show what SERVICE runs.

    Example: foldline services describe products
    """
    around = surroundings(path)
    check_service(around.topology, service)
    application = around.load(service)
    functions = [asdict(row_of(found)) for found in functions_of(application)]
    output.report({**_row(around, application), "functions": functions}, lambda: lines_of(application))


def _row(around: Surroundings, application: Application) -> Mapping[str, Any]:
    service = application.service
    state = state_path(service, around.settings)
    return {
        "service": service.name,
        "url": urls_of(around.topology, around.settings)[service.name],
        "topics": list(application.topics),
        "commands": len(application.commands),
        "queries": len(application.queries),
        "projectors": len(application.projectors),
        "page": service.web,
        "state": "memory" if state is None else str(state),
    }
