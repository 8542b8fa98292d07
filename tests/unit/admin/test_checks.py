"""What `foldline doctor` finds."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ports import free_port
from small_app import SmallApp
from transports import Scripted, ok, problem

from foldline.admin.checks.application import check_application
from foldline.admin.checks.check import Check
from foldline.admin.checks.environment import check_environment
from foldline.admin.checks.folders import check_folders, check_room
from foldline.admin.checks.listeners import becomes_free, holder_of, is_taken
from foldline.admin.checks.log import check_broker, check_log
from foldline.admin.checks.ports import check_ports
from foldline.admin.checks.versions import check_sqlite, check_versions
from foldline.admin.doctor import examine
from foldline.admin.services import Services
from foldline.client.transport import Answer
from foldline.errors import ConnectionFailed
from foldline.log.sqlite import SqliteLog
from foldline.settings import Settings
from foldline.topics import create_topics


def states(checks: list[Check]) -> dict[str, str]:
    return {check.check: check.state for check in checks}


# --- versions ---


def test_versions_that_do_are_told() -> None:
    assert states([*check_versions()]) == dict.fromkeys(("foldline", "python", "librdkafka", "sqlite"), "ok")


def test_an_sqlite_that_is_too_old_is_told_with_the_remedy() -> None:
    assert check_sqlite((3, 38, 0)).state == "ok"
    old = check_sqlite((3, 37, 2))
    assert (old.state, old.what) == ("fail", "3.37.2 is too old")
    assert "3.38" in (old.remedy or "")


# --- settings ---


def settings(environ: Mapping[str, str], *, every: bool = False) -> dict[str, Check]:
    return {check.check: check for check in check_environment(environ, every=every)}


def test_settings_that_are_set_are_told_with_their_source_and_meaning(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("abc")
    told = settings({"FOLDLINE_THREADS": "8", "FOLDLINE_TOKEN_FILE": str(token), "KAFKA_BROKERS": "k:9092"})
    assert told["FOLDLINE_THREADS"].what.startswith("8 [environment]: request threads")
    assert told["FOLDLINE_LOG"].what.startswith("kafka://k:9092 [KAFKA_BROKERS]: ")
    assert told["FOLDLINE_TOKEN"].what.startswith(f"(hidden) [the file {token}]: ")
    assert "FOLDLINE_DRAIN" not in told


def test_all_settings_are_told_where_they_are_asked_for() -> None:
    told = settings({}, every=True)
    assert told["FOLDLINE_DRAIN"].what.startswith("0 [default]: ")
    assert told["FOLDLINE_REPAIR_AFTER"].what.startswith("1-30 [default]: ")
    assert told["FOLDLINE_CORE"].what.startswith("auto [default]: ")
    assert told["FOLDLINE_TOKEN"].what.startswith("unset [default]: ")
    assert all(check.state == "ok" for check in told.values())


def test_what_is_turned_off_is_not_called_unset() -> None:
    assert settings({"FOLDLINE_CORE": "off"})["FOLDLINE_CORE"].what.startswith("off [environment]: ")


def test_secrets_are_hidden() -> None:
    told = settings(
        {
            "FOLDLINE_TOKEN": "s3cret",
            "FOLDLINE_URLS": "products=http://me:s3cret@host:1",
            "FOLDLINE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "FOLDLINE_KAFKA_SASL_MECHANISM": "PLAIN",
            "FOLDLINE_KAFKA_SASL_PASSWORD": "s3cret",
            "FOLDLINE_KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET": "s3cret",
            "FOLDLINE_KAFKA_SASL_OAUTHBEARER_CONFIG": "s3cret",
            "FOLDLINE_KAFKA_SSL_KEY_PEM": "s3cret",
        }
    )
    assert len(told) == 8
    assert not [check for check in told.values() if "s3cret" in check.what]
    assert told["FOLDLINE_KAFKA_SASL_MECHANISM"].what == "PLAIN [environment]: librdkafka's sasl.mechanism"


def test_settings_that_cannot_be_used_are_failures_and_secrets_stay_hidden() -> None:
    failed = [*check_environment({"FOLDLINE_THREADS": "many", "FOLDLINE_LOGS": "x"}, every=False)]
    assert [check.state for check in failed] == ["fail", "fail"]
    assert "FOLDLINE_THREADS=many" in failed[0].what
    assert "did you mean FOLDLINE_LOG" in failed[1].what


def test_checks_that_are_given_up_are_a_warning() -> None:
    assert settings({"FOLDLINE_ALLOW": "low-replication"})["FOLDLINE_ALLOW"].state == "warn"


# --- the application ---


def test_an_application_that_is_well_is_told(app: SmallApp) -> None:
    checks = [*check_application(app.folder / "topics.yaml", Settings())]
    assert states(checks) == {"topology": "ok", "functions": "ok"}
    assert checks[0].what.endswith("2 topics, 2 services")


def test_mistakes_in_functions_are_told_and_end_nothing(app: SmallApp) -> None:
    app.queries(
        """
        @query("GET /products/<id>")
        def retrieve(products: Entities, idd: str) -> Entity:
            return products[idd]
        """
    )
    checks = [*check_application(app.folder / "topics.yaml", Settings())]
    assert checks[0].state == "ok"
    assert {check.state for check in checks[1:]} == {"fail"}
    assert any("idd" in check.what for check in checks)


def test_without_topics_yaml_the_rest_is_left_out(tmp_path: Path) -> None:
    checks = [*examine(tmp_path / "topics.yaml", {})]
    assert [check.check for check in checks][-1] == "topology"
    assert checks[-1].state == "fail"


# --- the log ---


def log_settings(app: SmallApp) -> Settings:
    return Settings(log=f"sqlite:{app.folder / 'log.db'}")


def test_an_embedded_log_that_is_not_made_yet_is_well_and_stays_so(app: SmallApp) -> None:
    [check] = check_log(log_settings(app), app.topology())
    assert (check.check, check.state) == ("log", "ok")
    assert not (app.folder / "log.db").exists()


def test_topics_are_held_against_what_is_declared(app: SmallApp) -> None:
    with closing(SqliteLog(app.folder / "log.db")) as log:
        create_topics(log, [app.topology().topics["products"]], log_settings(app))
    app.write("topics.yaml", (app.folder / "topics.yaml").read_text().replace("partitions: 3", "partitions: 4", 1))
    checks = [*check_log(log_settings(app), app.topology())]
    assert states(checks) == {"log": "ok", "topic products": "fail", "topic customers": "ok"}
    assert "it has 3 partitions, declared are 4" in checks[1].what
    assert "not made yet" in checks[2].what


def test_a_log_that_is_none_is_a_failure(app: SmallApp) -> None:
    app.write("log.db", "no database at all, but long enough to be read as one" * 20)
    [check] = check_log(log_settings(app), app.topology())
    assert (check.check, check.state) == ("log", "fail")
    assert check.remedy is not None


@pytest.mark.parametrize(("since", "state"), [(True, "ok"), (False, "fail"), (None, "warn")])
def test_a_broker_before_3_7_is_a_failure(since: bool | None, state: str) -> None:
    assert check_broker("h:1", since_3_7=since).state == state


# --- ports ---


def port_check(
    app: SmallApp, say: Callable[[str], Answer], identities: Mapping[str, str] | None = None, **options: Any
) -> Check:
    """What is found of products, where a service says that; the address of each is its name."""
    topology = app.topology()
    transport = Scripted(*[lambda request: say(request.url.split("/")[2])] * len(topology.services))
    services = Services({name: f"http://{name}" for name in topology.services}, None, transport)
    return next(check_ports(Settings(**options), topology, services, identities))


def silent(name: str) -> Answer:
    raise ConnectionFailed(name)


def test_a_service_that_runs_is_told_by_what_it_says(app: SmallApp) -> None:
    ready = port_check(app, lambda name: ok({"service": name, "ready": True}))
    assert (ready.state, ready.what) == ("ok", "runs at http://products, and is ready")
    waiting = port_check(app, lambda name: ok({"service": name, "ready": False, "reasons": ["it replays"]}))
    assert waiting.state == "warn"
    assert "it replays" in waiting.what


def test_a_service_that_uses_another_log_is_told_with_the_remedy(app: SmallApp) -> None:
    said = {"ready": True, "identities": {"eventbus.products": "T1"}}
    same = port_check(app, lambda name: ok({"service": name, **said}), {"eventbus.products": "T1"})
    assert same.state == "ok"
    for here in ({}, {"eventbus.products": "T2"}):
        other = port_check(app, lambda name: ok({"service": name, **said}), here, log="sqlite:here.db")
        assert (other.state, other.what) == ("warn", "runs at http://products, on another log than sqlite:here.db")
        assert "FOLDLINE_LOG" in (other.remedy or "")


def test_a_port_that_is_free_is_told(app: SmallApp) -> None:
    port = free_port()
    app.write("topics.yaml", (app.folder / "topics.yaml").read_text().replace("9995", str(port)))
    assert port_check(app, silent).what == f"not running; port {port} is free"


@pytest.mark.parametrize("answer", [silent, lambda _: ok({"service": "another"}), lambda _: problem(404, "not-found")])
def test_a_port_that_another_program_took_is_told_with_who_it_is(
    app: SmallApp, answer: Callable[[str], Answer]
) -> None:
    with closing(listener()) as taken:
        app.write("topics.yaml", (app.folder / "topics.yaml").read_text().replace("9995", str(port_of(taken))))
        check = port_check(app, answer)
        assert check.what.startswith(f"port {port_of(taken)} is taken by process {os.getpid()} (")
    assert check.state == "fail"


def test_a_service_elsewhere_is_not_looked_for_on_this_machine(app: SmallApp) -> None:
    check = port_check(app, silent, urls={"products": "http://products"})
    assert (check.state, "FOLDLINE_URLS" in (check.remedy or "")) == ("warn", True)


def listener() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def port_of(taken: socket.socket) -> int:
    port: int = taken.getsockname()[1]
    return port


def test_who_listens_is_found_until_nobody_does() -> None:
    with closing(listener()) as taken:
        port = port_of(taken)
        assert is_taken(port)
        assert (holder_of(port) or "").startswith(f"process {os.getpid()} (")
    assert not is_taken(port)
    assert holder_of(port) is None


def test_an_address_is_waited_for_until_it_is_free() -> None:
    with closing(listener()) as taken:
        address = f"127.0.0.1:{port_of(taken)}"
        assert not becomes_free(address, within=0.05)
        releasing = threading.Timer(0.1, taken.close)
        releasing.start()
        assert becomes_free(address, within=20)
        releasing.join()
    assert becomes_free(f"localhost:{free_port()}", within=0)


# --- folders ---


def test_folders_of_states_and_of_the_log_are_told_once_each(app: SmallApp) -> None:
    apart = Settings(log=f"sqlite:{app.folder / 'log' / 'log.db'}", state=f"{app.folder / 'states'}/")
    assert states([*check_folders(apart, app.topology())]) == {"folder of states": "ok", "folder of the log": "ok"}
    together = Settings(log=f"sqlite:{app.folder / 'var' / 'log.db'}", state=f"{app.folder / 'var'}/")
    assert states([*check_folders(together, app.topology())]) == {"folder of states and the log": "ok"}
    assert not (app.folder / "var").exists()


def test_a_folder_that_cannot_be_one_is_told(app: SmallApp) -> None:
    app.write("states", "a file")
    settings = Settings(log="kafka://h:1", state=f"{app.folder / 'states'}/")
    [check] = check_folders(settings, app.topology())
    assert (check.state, "cannot be written" in check.what) == ("fail", True)


@pytest.mark.parametrize(("free", "state"), [(2**27, "fail"), (2**30, "warn"), (2**33, "ok")])
def test_a_disk_that_is_nearly_full_is_told(free: int, state: str) -> None:
    assert check_room("folder", Path("var"), free).state == state
