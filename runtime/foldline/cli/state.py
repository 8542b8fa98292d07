"""`foldline state`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from foldline.admin.services import check_service
from foldline.admin.states import remove_state, state_info
from foldline.cli.application import surroundings
from foldline.cli.changing import Changes, changes
from foldline.cli.complete import service_names
from foldline.cli.output import Output, prints
from foldline.table import cell_text

_WIDTH = 12


@click.group()
def state() -> None:
    """Look into the states of services, and have them made anew.

    They are kept on this machine, and made from the log.

    Example: foldline state info products
    """


@state.command()
@click.argument("services", metavar="[SERVICE]...", nargs=-1, shell_complete=service_names)
@click.pass_obj
@prints
def info(output: Output, path: Path, services: Sequence[str]) -> None:
    """Show what is in the state of SERVICE.

    Or of all services, if none is named; they may be running.

    Example: foldline state info products
    """
    around = surroundings(path)
    for service in services:
        check_service(around.topology, service)
    infos = [
        asdict(state_info(around.topology.services[service], around.settings))
        for service in services or around.topology.services
    ]
    output.report(infos, lambda: (line for info in infos for line in _lines(info)))


@state.command()
@click.argument("services", metavar="SERVICE...", nargs=-1, required=True, shell_complete=service_names)
@click.pass_obj
@changes
@prints
def rebuild(output: Output, change: Changes, path: Path, services: Sequence[str]) -> None:
    """Remove the state of SERVICE, to have it made anew.

    Its next start folds the whole log. Nothing is lost but time: the log is the truth. A service that runs must be
    stopped first.

    Example: foldline state rebuild products --yes
    """
    around = surroundings(path)
    for service in services:
        check_service(around.topology, service)
    if not change.agreed(f"remove the state of {', '.join(services)}"):
        return
    for service in services:
        removed = remove_state(around.topology.services[service], around.settings)
        output.note(f"{removed} is removed; start {service} to have it made anew: foldline serve {service}")


def _lines(info: Mapping[str, Any]) -> Sequence[str]:
    parts = {
        "file": info["file"],
        "is": info["condition"],
        "size": f"{info['bytes']:,} bytes" if info["bytes"] else None,
        "folded until": info["folded_until"],
        "entities": _said(info["entities"]),
        "positions": _said(info["positions"]),
        "projectors": _said({f"{name} version": version for name, version in info["projectors"].items()}),
        "to look at": _said({name.replace("_", " "): count for name, count in info["counts"].items() if count}),
    }
    lines = [f"  {name:{_WIDTH}}  {cell_text(value)}" for name, value in parts.items() if value]
    return [click.style(info["service"], bold=True), *lines, ""]


def _said(pairs: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in pairs.items())
