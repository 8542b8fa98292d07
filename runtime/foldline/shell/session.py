"""What is at hand at the prompt, whichever prompt it is."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from foldline.client import Client
from foldline.errors import ConnectionFailed, FieldError, FoldlineError
from foldline.nearest import nearest
from foldline.topology import Topology


class Session:
    """A client's classes and queries under their names, and what to do about services that are not up."""

    def __init__(self, client: Client, topology: Topology | None = None) -> None:
        """`topology` tells what there would be, were every service up."""
        self.names: dict[str, Any] = {}
        """For the prompt."""
        self._client = client
        self._topology = topology
        self._fill()

    def connect(self) -> None:
        """Ask every service anew what it offers."""
        self._client.connect()
        self._fill()

    def not_up(self) -> list[str]:
        """A line for each service that did not answer: which, why, and how to start it."""
        unreachable = self._client.unreachable
        if len(unreachable) > 1 and not self._client.resources and not self._client.queries:
            return [f"no service is up; start each with `foldline serve`: {', '.join(unreachable)}"]
        return [_help(name, error) for name, error in unreachable.items()]

    def find(self, name: str, service: str) -> Any:
        """A class or queries of a service that was not up, if it is now; raises ConnectionFailed."""
        self.connect()
        found = self.names.get(name)
        if found is None or isinstance(found, NotUp):
            error = self._client.unreachable.get(service)
            raise ConnectionFailed(_help(service, error) if error else f"{service} has no {name}")
        return found

    def _fill(self) -> None:
        awaited = {name: NotUp(self, name, service) for name, service in self._awaited().items()}
        self.names.update(
            {
                **awaited,
                **self._client.resources,
                **_groups(self._client.other_queries),
                "client": self._client,
                "connect": self.connect,
            }
        )

    def _awaited(self) -> dict[str, str]:
        """The classes and queries that are to come, and the service of each."""
        topics = self._topology.topics if self._topology else {}
        services = self._topology.services if self._topology else {}
        awaited = {}
        for service in self._client.unreachable.keys() & services.keys():
            for topic in _modules(services[service].commands) & set(topics):
                awaited[topics[topic].schema.rpartition(":")[2].removesuffix("Schema")] = service
            for group in _modules(services[service].queries) - set(topics):  # the others are methods of classes
                awaited[group] = service
        return awaited


class NotUp:
    """Stands for a class, or for queries, of a service that is not up, and becomes it as soon as the service is."""

    def __init__(self, session: Session, name: str, service: str) -> None:
        self._session, self._name, self._service = session, name, service

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._session.find(self._name, self._service), name)

    def __repr__(self) -> str:
        return f"<{self._name}: {self._service} is not up>"


class Queries(SimpleNamespace):
    """The queries of one module, as functions."""

    def __getattr__(self, name: str) -> Any:
        raise FieldError(f"there is no query {name}{nearest(name, vars(self))}")

    def __repr__(self) -> str:
        return f"<queries: {', '.join(vars(self))}>"


def _modules(functions: Iterable[str]) -> set[str]:
    """Of functions as topics.yaml names them: `products.update`, or `products` for all of a module."""
    return {name.partition(".")[0] for name in functions}


def _groups(queries: Mapping[str, Any]) -> dict[str, Queries]:
    groups: dict[str, Queries] = {}
    for name, query in queries.items():
        group, _, function = name.rpartition(".")
        if group.isidentifier():
            setattr(groups.setdefault(group, Queries()), function, query)
    return groups


def _help(service: str, error: FoldlineError) -> str:
    if not isinstance(error, ConnectionFailed):
        return f"{service} does not answer: {error.message}"
    return f"{service} is not up; start it with `foldline serve {service}`"
