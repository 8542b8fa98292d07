"""The shop on a broker that allows only what was granted: services in this process, each a user of its own."""

from collections.abc import Collection, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from flask.testing import FlaskClient
from secured_broker import SecuredBroker
from services import Shop, eventually

from foldline.deploy.acls import needs, needs_to_create
from foldline.functions.loading import load, load_all
from foldline.log.open import open_log
from foldline.log.port import Log
from foldline.serve import RunningService, start_service
from foldline.settings import Settings
from foldline.topics import check_topics, create_topics
from foldline.topology import read_topology

PASSWORD = "correct horse battery staple"


class SecuredShop:
    """Services get what `foldline deploy acls` says, unless a test takes some of it away."""

    def __init__(self, broker: SecuredBroker, folder: Path) -> None:
        self.broker = broker
        self.folder = folder
        self._name = folder.name
        self._shop = Shop(folder, broker.url)
        self._topology = read_topology(folder / "topics.yaml")
        self._stack = ExitStack()

    def topic(self, name: str) -> str:
        """The log's name of it."""
        return self._shop.topic(name)

    def user(self, name: str) -> str:
        """Its name on the broker, which tests share."""
        return f"{self._name}-{name}"

    def options(self, user: str) -> Mapping[str, str]:
        """librdkafka's settings, with which the user comes in."""
        return self.broker.options(self.user(user), PASSWORD)

    def admit(self, user: str) -> None:
        """Let the user in, with the rights that were granted."""
        self.broker.add_user(self.user(user), PASSWORD)

    def grant_needs(self, service: str, *, but: Collection[str] = ()) -> None:
        """Allow a service, or `creator`, all that it needs but for some operations."""
        everything = needs(self._topology, load_all(self._topology, self.folder))
        for need in [*everything, *needs_to_create(self._topology, "creator")]:
            if need.service == service:
                self.broker.grant(self.user(service), need.topic, set(need.operations) - set(but))

    def open_log(self, user: str) -> Log:
        """The log as the user sees it; it is closed with the test."""
        return self._stack.enter_context(closing(open_log(self.broker.url, self.options(user), user)))

    def create_topics(self, user: str) -> None:
        """As `foldline topics create` does."""
        log, topics, settings = self.open_log(user), self._topology.topics.values(), self._settings(user)
        create_topics(log, topics, settings)
        check_topics(log, topics, settings)

    def start(self, service: str) -> RunningService:
        """Start it, and do not wait; it is stopped with the test."""
        application = load(self._topology, service, self.folder)
        return self._stack.enter_context(closing(start_service(application, self._settings(service))))

    def serve(self, service: str) -> RunningService:
        """Start it, and return once it is ready."""
        running = self.start(service)
        eventually(lambda: not running.operations.readiness())
        return running

    def close(self) -> None:
        """Stop all that was started."""
        self._stack.close()

    def _settings(self, user: str) -> Settings:
        return Settings(
            log=self.broker.url,
            kafka=self.options(user),
            state=f"{self.folder}/var/",
            allow=frozenset({"low-replication"}),
            core=None,
        )


def client_of(service: RunningService) -> FlaskClient:
    """Asks the service as HTTP would."""
    return service.app.test_client()
