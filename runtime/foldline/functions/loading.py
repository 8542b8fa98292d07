"""Collects a service's functions from the application's folder, and checks all of them before anything is served."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from foldline.errors import DeclarationError, TopologyError
from foldline.functions.application import Application, LoadedTopic
from foldline.functions.checks import Scope, command_problems, projector_problems, query_problems
from foldline.functions.clashes import clashes
from foldline.functions.declare import CommandDeclaration, Declaration, ProjectorDeclaration, QueryDeclaration
from foldline.functions.definition import Command, Projector, Query
from foldline.functions.digest import digest_of
from foldline.functions.finding import Found, find
from foldline.functions.making import make_command, make_projector, make_query
from foldline.functions.problems import Problems
from foldline.functions.topic_code import load_topic
from foldline.functions.web import load_web
from foldline.nearest import nearest
from foldline.topology import Service, Topology

Declared = TypeVar("Declared", bound=Declaration)
Function = TypeVar("Function", bound=Command | Query | Projector)


class _Kind(NamedTuple, Generic[Declared, Function]):
    declared: type[Declared]
    make: Callable[[Found[Declared]], Function]
    problems: Callable[[Function, Scope], Iterator[str]]


_COMMANDS = _Kind(CommandDeclaration, make_command, command_problems)
_QUERIES = _Kind(QueryDeclaration, make_query, query_problems)
_PROJECTORS = _Kind(ProjectorDeclaration, make_projector, projector_problems)


def load(topology: Topology, service_name: str, folder: Path) -> Application:
    """A service with all that it runs, from `functions/` in the application's folder.

    Raises TopologyError where there is no such service, DeclarationError with every mistake in what it runs.
    """
    if service_name not in topology.services:
        raise TopologyError(f"topics.yaml has no service {service_name}{nearest(service_name, topology.services)}")
    problems = Problems()
    application = _Loader(topology, topology.services[service_name], folder.absolute(), problems).load()
    problems.raise_if_any()
    return application


def load_all(topology: Topology, folder: Path) -> Mapping[str, Application]:
    """Every service, by name; raises DeclarationError with the mistakes of all of them."""
    problems = Problems()
    applications = {
        name: _Loader(topology, service, folder.absolute(), problems).load()
        for name, service in topology.services.items()
    }
    problems.raise_if_any()
    return applications


@dataclass(frozen=True, slots=True)
class _Loader:
    topology: Topology
    service: Service
    folder: Path
    problems: Problems

    def load(self) -> Application:
        """The application, whole only where `problems` stays empty."""
        service = self.service
        topics = {name: topic for name in service.topics if (topic := self._topic(name))}
        commands = tuple(self._functions(service.commands, _COMMANDS))
        queries = tuple(self._functions(service.queries, _QUERIES))
        projectors = tuple(self._functions(service.projectors, _PROJECTORS))
        self.problems.extend(clashes(commands, queries, projectors, self.topology.topics))
        page = self.problems.attempt(load_web, service, self.topology, self.folder)
        return Application(service, topics, commands, queries, projectors, digest_of(self.folder / "functions"), page)

    def _topic(self, name: str) -> LoadedTopic | None:
        return self.problems.attempt(load_topic, self.topology.topics[name], self.folder)

    def _functions(self, selected: Iterable[str], kind: _Kind[Declared, Function]) -> Iterator[Function]:
        scope = Scope(self.service.name, self.service.topics, self.topology.topics)
        for selection in selected:
            for found in self.problems.attempt(find, self.folder, kind.declared, selection) or ():
                function = self.problems.attempt(_checked, found, kind, scope)
                if function is not None:
                    yield function


def _checked(found: Found[Declared], kind: _Kind[Declared, Function], scope: Scope) -> Function:
    problems = Problems()
    if function := problems.attempt(kind.make, found):
        problems.extend(kind.problems(function, scope))
    if problems or function is None:
        raise DeclarationError(*(f"{found.source} {found.function.__name__}: {problem}" for problem in problems))
    return function
