"""The page of a service's own, which `web:` in topics.yaml names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint

from foldline.errors import DeclarationError
from foldline.functions.modules import import_from
from foldline.nearest import nearest
from foldline.topology import Service, Topology


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page, before it is known where it is served."""

    package: str
    make: Callable[[Mapping[str, str], str | None], Any]
    """Makes its routes, a flask.Blueprint, of every service's base URL by name and the token that they ask for."""
    ports: Mapping[str, int]
    """Where each service listens unless it is told otherwise."""

    def blueprint(self, services: Mapping[str, str], token: str | None) -> Blueprint:
        """The page's routes. Raises DeclarationError where its package makes something else."""
        made = self.make(services, token)
        if not isinstance(made, Blueprint):
            raise DeclarationError(f"{self.package}: blueprint() gave {type(made).__name__}, not a flask.Blueprint")
        return made


def load_web(service: Service, topology: Topology, folder: Path) -> WebPage | None:
    """The service's page; None: it has none. Raises DeclarationError."""
    if service.web is None:
        return None
    place = f"topics.yaml: services.{service.name}.web"
    package = import_from(folder, service.web, place)
    make = getattr(package, "blueprint", None)
    if not callable(make):
        near = nearest("blueprint", vars(package))
        raise DeclarationError(f"{place}: {service.web} has no function blueprint(services, token){near}")
    return WebPage(service.web, make, {name: other.port for name, other in topology.services.items()})
