"""How all services and topics are."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from small_app import SmallApp
from transports import Scripted, ok

from foldline.admin.services import Services
from foldline.admin.status import Overview, Overviews
from foldline.client.transport import Answer, Request
from foldline.errors import ConnectionFailed
from foldline.log.partitioner import partition_of
from foldline.log.sqlite import SqliteLog
from foldline.settings import Settings
from foldline.topics import create_topics

STATUS: Mapping[str, Any] = {
    "ready": True,
    "reasons": [],
    "partitions": [{"topic": "eventbus.products", "partition": 0, "position": 1, "end": 1}],
    "lag_seconds": 0.1,
    "entities": {"products": 1},
    "repairs_waiting": 0,
    "dead_letters": 2,
    "parked": 3,
}

Say = Callable[[str], Answer]


def well(name: str) -> Answer:
    return ok({"service": name, **STATUS})


def look(app: SmallApp, say: Say = well, **settings: Any) -> Overview:
    """The overview where each service says that; a service's URL is its name."""
    topology = app.topology()

    def answer(request: Request) -> Answer:
        return say(request.url.split("/")[2])

    transport = Scripted(*[answer] * len(topology.services))
    services = Services({name: f"http://{name}" for name in topology.services}, None, transport)
    with closing(Overviews(topology, replace(settings_of(app), **settings), services)) as overviews:
        return overviews.look()


def settings_of(app: SmallApp) -> Settings:
    return Settings(log=f"sqlite:{app.folder / 'log.db'}")


def make_topics(app: SmallApp, records: int = 0) -> None:
    with closing(SqliteLog(app.folder / "log.db")) as log:
        create_topics(log, app.topology().topics.values(), settings_of(app))
        for _ in range(records):
            log.append("eventbus.products", b"k", b"{}", (), lambda error: pytest.fail(error.message))
        assert log.flush(10)


def test_services_are_shown_as_they_say_they_are(app: SmallApp) -> None:
    make_topics(app)
    overview = look(app)
    products, sales = overview.services
    assert (products.service, products.url, products.state, products.why) == (
        "products",
        "http://products",
        "ready",
        None,
    )
    assert (products.entities, products.dead_letters, products.parked, sales.service) == (1, 2, 3, "sales")
    assert overview.available
    assert overview.as_declared


def test_topics_are_shown_as_they_are_on_the_log(app: SmallApp) -> None:
    make_topics(app, records=4)
    products, customers = look(app).topics
    assert (products["name"], products["partitions"], products["records"], products["state"]) == (
        "eventbus.products",
        3,
        4,
        "ok",
    )
    assert customers["records"] == 0


def test_what_a_service_has_not_folded_is_counted_by_the_log_not_by_what_it_saw_of_it(app: SmallApp) -> None:
    make_topics(app, records=4)
    at = {"topic": "eventbus.products", "partition": partition_of(b"k", 3), "position": 1, "end": 1}
    overview = look(app, lambda name: ok({"service": name, **STATUS, "partitions": [at]}))
    assert overview.services[0].behind == 3


def on_the_log(app: SmallApp) -> dict[str, str]:
    with closing(SqliteLog(app.folder / "log.db")) as log:
        return {name: info.identity for name, info in log.describe(["eventbus.products"]).items()}


def test_a_service_on_the_same_log_is_not_taken_for_one_on_another(app: SmallApp) -> None:
    make_topics(app)
    overview = look(app, lambda name: ok({"service": name, **STATUS, "identities": on_the_log(app)}))
    assert [service.on_another_log for service in overview.services] == [False, False]
    assert overview.as_declared


@pytest.mark.parametrize("made", [True, False])
def test_a_service_that_uses_another_log_is_told_apart_and_counted_by_what_it_saw_of_its_own(
    app: SmallApp, made: bool
) -> None:
    if made:
        make_topics(app, records=4)
    at = {"topic": "eventbus.products", "partition": partition_of(b"k", 3), "position": 1, "end": 2}
    another = {"partitions": [at], "identities": {"eventbus.products": "of another log"}}
    overview = look(app, lambda name: ok({"service": name, **STATUS, **another}))
    assert [(service.on_another_log, service.behind) for service in overview.services] == [(True, 1)] * 2
    assert not overview.as_declared


def test_while_the_log_cannot_be_read_nobody_is_said_to_use_another(app: SmallApp) -> None:
    app.write("log.db", "no database at all, but long enough to be read as one" * 20)
    overview = look(app, lambda name: ok({"service": name, **STATUS, "identities": {"eventbus.products": "its own"}}))
    assert overview.log_trouble is not None
    assert [service.on_another_log for service in overview.services] == [False, False]


def test_a_service_that_is_down_is_a_row_that_says_so(app: SmallApp) -> None:
    make_topics(app)

    def down(name: str) -> Answer:
        if name == "sales":
            raise ConnectionFailed("refused")
        return well(name)

    overview = look(app, down)
    assert [service.state for service in overview.services] == ["ready", "down"]
    assert overview.services[1].why == "sales cannot be reached at refused"
    assert not overview.available


def test_a_service_that_is_not_ready_says_why(app: SmallApp) -> None:
    make_topics(app)
    overview = look(app, lambda name: ok({"service": name, **STATUS, "ready": False, "reasons": ["it replays"]}))
    assert [(service.state, service.why) for service in overview.services] == [("not ready", "it replays")] * 2
    assert not overview.available


@pytest.mark.parametrize("said", [ok({"service": "customers", **STATUS}), ok(["hello"]), Answer(200, {}, b"<html>")])
def test_another_program_at_a_services_address_is_not_taken_for_it(app: SmallApp, said: Answer) -> None:
    make_topics(app)
    overview = look(app, lambda _: said)
    assert [service.state for service in overview.services] == ["down", "down"]
    assert overview.services[0].why == "what answers at http://products is not products"


def test_where_the_log_cannot_be_read_services_are_shown_all_the_same(app: SmallApp) -> None:
    overview = look(app)
    assert "there is no log" in (overview.log_trouble or "")
    assert [service.state for service in overview.services] == ["ready", "ready"]
    assert overview.topics == ()
    assert not overview.available
    assert overview.as_declared
    assert not (app.folder / "log.db").exists()


def test_topics_that_are_missing_or_otherwise_than_declared_are_told(app: SmallApp) -> None:
    make_topics(app)
    text = (app.folder / "topics.yaml").read_text()
    app.write(
        "topics.yaml", text.replace("eventbus.customers", "eventbus.others").replace("partitions: 3", "partitions: 4")
    )
    products, customers = (overview := look(app)).topics
    assert "it has 3 partitions, declared are 4" in products["problems"][0]
    assert (products["state"], customers["state"]) == ("differs", "missing")
    assert overview.available
    assert not overview.as_declared


def test_a_log_that_comes_is_found_at_the_next_look(app: SmallApp) -> None:
    topology = app.topology()
    transport = Scripted(*[lambda request: well(request.url.split("/")[2])] * 4)
    services = Services({name: f"http://{name}" for name in topology.services}, None, transport)
    with closing(Overviews(topology, settings_of(app), services)) as overviews:
        assert overviews.look().log_trouble is not None
        make_topics(app)
        assert overviews.look().log_trouble is None
