"""A client of an application's services."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from foldline.client.addresses import addresses, local_addresses
from foldline.client.classes import make_class
from foldline.client.kind import kinds_of
from foldline.client.openapi import Document, read_entities, read_operations
from foldline.client.over_http import OverHttp
from foldline.client.queries import Query, make_query
from foldline.client.resource import Resource
from foldline.client.retrying import Retrying
from foldline.client.services import Call, Services
from foldline.client.transport import Transport
from foldline.errors import FieldError, FoldlineError, NotFound, Unreadable
from foldline.nearest import nearest
from foldline.settings import Settings
from foldline.topology import Topology


class Client:
    """What an application's services offer: a class for each kind of entity, and their queries.

        with Client({"products": "http://127.0.0.1:9995"}) as client:
            butter = client.Product.create(name="Butter", price=Decimal("1.50"))

    The classes are made of what each service says of itself in /openapi.json. Any thread may use a client.
    """

    def __init__(
        self,
        services: Mapping[str, str] | Topology,
        *,
        timeout: float = 30.0,
        max_retries: int = 10,
        token: str | None = None,
        transport: Transport | None = None,
    ) -> None:
        """Connect. `services`: their URLs by name, or a topology, whose services are on this machine.

        A call takes at most `timeout` seconds and is tried again up to `max_retries` times where that is safe: every
        write carries an Idempotency-Key. `token` is sent as a bearer token. Services that do not answer now are in
        `unreachable`; `connect()` asks them again.
        """
        urls = local_addresses(services) if isinstance(services, Topology) else services
        urls = {name: url.rstrip("/") for name, url in urls.items()}
        self._services = Services(urls, transport or OverHttp(), Retrying(timeout, max_retries), token)
        self.resources: Mapping[str, type[Resource]] = {}
        """The classes of entities, by name; each is an attribute of the client, too."""
        self.queries: Mapping[str, Query] = {}
        """Every query as a function, by name."""
        self.other_queries: Mapping[str, Query] = {}
        """Those that no method of a class asks."""
        self.unreachable: Mapping[str, FoldlineError] = {}
        """Services that did not describe themselves, and why."""
        self.connect()

    @classmethod
    def from_environment(cls, file: Path = Path("topics.yaml"), **options: Any) -> Self:
        """The services of topics.yaml on this machine, or where FOLDLINE_URLS says, with FOLDLINE_TOKEN.

        `options` are those of a client. Raises SetupError.
        """
        settings = Settings.from_environment()
        return cls(addresses(file, settings), **{"token": settings.first_token, **options})

    def connect(self) -> None:
        """Ask every service anew what it offers, and make the classes again."""
        documents, self.unreachable = self._documents()
        operations = [
            operation for name, document in documents.items() for operation in read_operations(name, document)
        ]
        entities = {name: list(read_entities(document)) for name, document in documents.items()}
        kinds = kinds_of(entities, operations)
        self.resources = MappingProxyType({kind.name: make_class(kind, self._services) for kind in kinds})
        queries = {one.name: make_query(one, self._services) for one in operations if not one.is_command}
        asked = {operation.name for kind in kinds for operation in kind.operations.values()}
        self.queries = MappingProxyType(queries)
        self.other_queries = MappingProxyType({name: queries[name] for name in queries if name not in asked})

    def query(self, name: str, **args: Any) -> Any:
        """Ask a query: `client.query("dashboard.customers", sort="-totalSpent")`. Raises NotFound."""
        if name not in self.queries:
            raise NotFound(f"there is no query {name}{nearest(name, self.queries)}{self._away()}")
        return self.queries[name](**args)

    def close(self) -> None:
        """Let go of all connections."""
        self._services.close()

    def __repr__(self) -> str:
        return f"<Client of {', '.join(self._services.urls)}: {', '.join(self.resources)}>"

    def __getattr__(self, name: str) -> Any:
        resources: Mapping[str, type[Resource]] = self.__dict__.get("resources", {})
        if name in resources:
            return resources[name]
        raise FieldError(f"there is no {name}{nearest(name, resources)}{self._away()}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.resources]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _away(self) -> str:
        return "".join(f"; {error.message}" for error in self.__dict__.get("unreachable", {}).values())

    def _documents(self) -> tuple[dict[str, Document], dict[str, FoldlineError]]:
        """What each service says of itself, and of which services there was no answer."""
        documents: dict[str, Document] = {}
        failed: dict[str, FoldlineError] = {}
        with ThreadPoolExecutor(max(1, len(self._services.urls))) as pool:
            asked = {name: pool.submit(self._document, name) for name in self._services.urls}
        for name, future in asked.items():
            try:
                documents[name] = future.result()
            except FoldlineError as error:
                failed[name] = error
        return documents, failed

    def _document(self, service: str) -> Document:
        document = self._services.call(Call(service, "GET", "/openapi.json"), retry=False).json()
        if not (isinstance(document, dict) and document.get("openapi")):
            raise Unreadable(f"what is at {self._services.urls[service]} is no service of Foldline's")
        return document
