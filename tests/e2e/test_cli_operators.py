"""The command line beside running services: how they are, what they take, and what they set aside."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from log_backends import KafkaBackend, SqliteBackend
from services import RunningShop, Service, Shop, environment, eventually
from terminals import Terminal

from foldline.log.partitioner import partition_of
from foldline.log.port import Partition

FOLDLINE = Path(sys.executable).with_name("foldline")
NOT_MONEY = b'{"eventType":"set","payload":{"productId":"x","customerId":"y","total":"much"}}'


def elsewhere(running: RunningShop) -> dict[str, str]:
    """The settings that say where the shared services are; there is no dashboard."""
    urls = {"products": running.products.url, "customers": running.customers.url, "purchases": running.purchases.url}
    return {"urls": ",".join(f"{name}={url}" for name, url in urls.items())}


def data(shop: Shop, *arguments: str, code: int = 0, settings: Mapping[str, str] | None = None) -> Any:
    """What a verb prints, decoded; it must exit with `code`."""
    ended = shop.foldline(*arguments, "-o", "json", **(settings or {}))
    assert ended.returncode == code, ended.stderr
    return json.loads(ended.stdout)


# --- on both logs ---


def test_the_status_shows_who_is_ready_and_who_is_down(running: RunningShop) -> None:
    overview = data(running.shop, "status", code=6, settings=elsewhere(running))
    assert overview["log_trouble"] is None
    assert {row["service"]: row["state"] for row in overview["services"]} == {
        "products": "ready",
        "customers": "ready",
        "purchases": "ready",
        "dashboard": "down",
    }
    assert [row["state"] for row in overview["topics"]] == ["ok"] * 3
    assert "foldline serve dashboard" in overview["services"][3]["why"]
    assert not [row for row in overview["services"] if row["on_another_log"]]


def test_the_doctor_finds_nothing_wrong_with_a_shop_that_runs(running: RunningShop) -> None:
    checks = data(running.shop, "doctor", settings=elsewhere(running))
    assert {check["state"] for check in checks} <= {"ok", "warn"}
    found = {check["check"]: check for check in checks}
    assert found["service products"]["what"] == f"runs at {running.products.url}, and is ready"
    assert found["topic purchases"]["state"] == "ok"
    brokers = [check for name, check in found.items() if name.startswith("broker ")]
    assert [check["what"] for check in brokers] == ["Kafka 3.7 or later"] * running.shop.log.startswith("kafka:")


def test_who_looks_at_another_log_than_the_services_use_is_told(running: RunningShop) -> None:
    other = {**elsewhere(running), "log": "sqlite:var/another.db"}
    ended = running.shop.foldline("status", "-o", "table", **other)
    assert (ended.returncode, ended.stdout.count("on another log")) == (6, 1)
    assert "on another log than sqlite:var/another.db: products, customers, purchases; set FOLDLINE_LOG" in ended.stdout
    checks = {check["check"]: check for check in data(running.shop, "doctor", settings=other)}
    assert (checks["service products"]["state"], "FOLDLINE_LOG" in checks["service products"]["remedy"]) == (
        "warn",
        True,
    )


def test_an_entity_lives_its_life_by_functions_that_are_invoked(running: RunningShop) -> None:
    def invoke(*arguments: str, code: int = 0) -> Any:
        return data(running.shop, "functions", "invoke", *arguments, code=code, settings=elsewhere(running))

    made = invoke("products.create", "--set", "name=Butter", "--set", "price=1.50", "--idempotency-key", "cli-1")
    again = invoke("products.create", "--set", "name=Butter", "--set", "price=1.50", "--idempotency-key", "cli-1")
    assert (made, made["name"]) == (again, "Butter")
    known = ("--id", made["id"])
    changed = invoke("products.update", *known, "--data", '{"name": "Butter", "price": 2}', "--if-match", "*")
    assert (changed["id"], changed["price"]) == (made["id"], 2)
    assert invoke("products.retrieve", *known) == changed
    assert len(invoke("products.browse", "--set", "limit=1")) == 1
    assert invoke("products.delete", *known) == changed


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("products.create", "--set", "name=Butter"), 2, "price: Missing data for required field."),
        (("products.retrieve", "--id", "nobody"), 3, "nobody"),
        (("dashboard.products",), 6, "start it with `foldline serve dashboard`"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(
    running: RunningShop, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended = running.shop.foldline("functions", "invoke", *arguments, **elsewhere(running))
    assert (ended.returncode, ended.stdout) == (code, "")
    assert message in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_an_entity_that_changed_meanwhile_is_a_conflict(running: RunningShop) -> None:
    made = running.products.post("/products", {"name": "Tea", "price": 1}).json()
    ended = running.shop.foldline(
        *("functions", "invoke", "products.delete", "--id", made["id"], "--if-match", '"999"'), **elsewhere(running)
    )
    assert ended.returncode == 5


# --- on the embedded log ---


def test_bodies_are_read_from_files_too(shop: Shop) -> None:
    shop.start_as_declared("products").wait_ready()
    (shop.folder / "butter.json").write_text('{"name": "Butter", "price": 1.50}')
    made = data(shop, "functions", "invoke", "products.create", "--data", "@butter.json", "--set", "price=2.25")
    assert (made["name"], made["price"]) == ("Butter", 2.25)


def test_a_service_that_asks_for_a_token_is_sent_it(shop: Shop) -> None:
    products = shop.serve("products", token="secret")
    urls = f"products={products.url}"
    refused = shop.foldline("functions", "invoke", "products.browse", urls=urls)
    assert (refused.returncode, "FOLDLINE_TOKEN" in refused.stderr) == (4, True)
    assert data(shop, "functions", "invoke", "products.browse", settings={"urls": urls, "token": "secret"}) == []
    warned = {check["check"]: check for check in data(shop, "doctor", settings={"urls": urls})}
    assert warned["service products"]["state"] == "warn"


def test_the_doctor_says_what_to_do(shop: Shop) -> None:
    with_mistakes = {"threads": "many", "token": "s3cret"}
    checks = data(shop, "doctor", code=7, settings=with_mistakes)
    assert [check["what"].partition(":")[0] for check in checks if check["state"] == "fail"] == [
        "FOLDLINE_THREADS=many"
    ]
    shop.log = "kafka://127.0.0.1:9"
    ended = shop.foldline("doctor", "-o", "table", token="s3cret")
    assert ended.returncode == 7
    assert re.search(r"fail  log +.*127\.0\.0\.1:9.*\n +do: start it", ended.stdout)
    assert "s3cret" not in ended.stdout + ended.stderr


def test_the_state_of_a_service_is_rebuilt_once_it_is_stopped(shop: Shop) -> None:
    products = shop.start_as_declared("products").wait_ready()
    made = products.post("/products", {"name": "Tea", "price": 1}).json()
    at = {"state": f"var/products-{products.port}.db"}
    [info] = data(shop, "state", "info", "products", settings=at)
    assert (info["entities"], info["condition"]) == ({"products": 1}, f"in use by process {products.worker}")
    refused = shop.foldline("state", "rebuild", "products", "--yes", **at)
    assert (refused.returncode, f"process {products.worker}" in refused.stderr) == (6, True)
    products.stop()
    unasked = shop.foldline("state", "rebuild", "products", **at)
    assert (unasked.returncode, "--yes" in unasked.stderr) == (2, True)
    assert shop.foldline("state", "rebuild", "products", "--dry-run", **at).returncode == 0
    assert data(shop, "state", "info", "products", settings=at)[0]["condition"] == "at rest"
    assert shop.foldline("state", "rebuild", "products", "--yes", **at).returncode == 0
    assert data(shop, "state", "info", "products", settings=at)[0]["condition"].startswith("none yet")
    again = shop.start_as_declared("products").wait_ready()
    assert again.get(f"/products/{made['id']}").json() == made


def test_a_port_that_is_taken_stops_the_doctor(shop: Shop) -> None:
    products = shop.serve("products")
    text = (shop.folder / "topics.yaml").read_text()
    declared = shop.topology["services"]["customers"]["port"]
    (shop.folder / "topics.yaml").write_text(text.replace(f"port: {declared}", f"port: {products.port}"))
    found = {check["check"]: check for check in data(shop, "doctor", code=7)}
    assert f"port {products.port} is taken by process " in found["service customers"]["what"]


def test_a_service_whose_port_is_taken_says_by_whom_and_what_to_do(shop: Shop) -> None:
    products = shop.serve("products")
    ended = shop.foldline("serve", "customers", bind=f"127.0.0.1:{products.port}")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert f"127.0.0.1:{products.port} is taken by process " in ended.stderr
    assert "--bind" in ended.stderr


# --- what was set aside, on both logs ---


@pytest.fixture(params=["shop", "kafka_shop"])
def any_shop(request: pytest.FixtureRequest) -> Shop:
    shop: Shop = request.getfixturevalue(request.param)
    return shop


def write(shop: Shop, request: pytest.FixtureRequest, topic: str, key: bytes, value: bytes) -> None:
    """As another program would, which knows nothing of Foldline."""
    name = shop.topic(topic)
    backend = (
        KafkaBackend(request.getfixturevalue("broker"))
        if shop.log.startswith("kafka:")
        else SqliteBackend(shop.folder / "var" / "log.db")
    )
    backend.append(Partition(name, partition_of(key, 3)), key, value, [])


def test_dead_letters_and_parked_events_are_shown_and_mended(any_shop: Shop, request: pytest.FixtureRequest) -> None:
    shop = any_shop
    dashboard = shop.start_as_declared("dashboard").wait_ready()
    write(shop, request, "products", b"p1", b"no JSON at all")
    write(shop, request, "purchases", b"b1", NOT_MONEY)
    eventually(lambda: kept(dashboard) == (1, 1))
    listed = {row["ref"]: row for row in data(shop, "dead-letters", "list", "dashboard")}
    assert {ref: row["id"] for ref, row in listed.items()} == {
        "dashboard/dead-letters/1": "p1",
        "dashboard/parked/1": "b1",
    }
    assert "'much' is no amount of money" in listed["dashboard/parked/1"]["reason"]
    assert data(shop, "dead-letters", "show", "dashboard/dead-letters/1")["value"] == "no JSON at all"

    [failed] = json.loads(shop.foldline("dead-letters", "retry", "dashboard/parked/1", "--yes").stdout)
    assert (failed["done"], "failed again" in failed["why"]) == (False, True)
    assert kept(dashboard) == (1, 1)
    assert shop.foldline("dead-letters", "discard", "dashboard/parked", "--dry-run").returncode == 0
    assert kept(dashboard) == (1, 1)
    discarded = data(shop, "dead-letters", "discard", "dashboard/parked", "dashboard/dead-letters/1", "--yes")
    assert [row["done"] for row in discarded] == [True, True]
    assert kept(dashboard) == (0, 0)
    assert shop.foldline("dead-letters", "show", "dashboard/parked/1").returncode == 3


def kept(service: Service) -> tuple[int, int]:
    status = service.get("/-/status").json()
    return status["dead_letters"], status["parked"]


# --- on a terminal ---


@contextmanager
def terminal(shop: Shop, *arguments: str, **settings: str) -> Iterator[Terminal]:
    """A verb as a person sees it."""
    with closing(Terminal([*arguments], shop.folder, environment(shop.settings(**settings)))) as seen:
        yield seen


def test_the_status_is_drawn_again_each_second_until_ctrl_c(shop: Shop) -> None:
    products = shop.start_as_declared("products").wait_ready()
    with terminal(shop, "status", "--watch") as seen:
        seen.wait_until(lambda shown: re.search(r"products +ready", shown), "products, ready")
        products.stop()
        seen.wait_until(lambda shown: re.search(r"products +down", shown), "products, down")
        seen.press("\x03")
        assert seen.end() == 130


def test_a_person_is_asked_before_a_state_is_removed(shop: Shop) -> None:
    shop.serve("customers", state="var/customers.db").stop()
    for typed, left in (("n", True), ("y", False)):
        with terminal(shop, "state", "rebuild", "customers") as seen:
            seen.wait_for("This will remove the state of customers. Go on? [y/N]:")
            seen.press(f"{typed}\r")
            assert seen.end() == (1 if left else 0)
        assert (shop.folder / "var" / "customers.db").exists() is left


def test_nobody_is_drawn_for_where_another_program_reads(shop: Shop) -> None:
    ended = shop.foldline("functions", "list", "-o", "table")
    assert "\x1b" not in ended.stdout
    assert re.search(r"products\.create +products +command +POST /products +Add a product", ended.stdout)


def test_a_reader_that_goes_away_ends_it_silently(shop: Shop) -> None:
    watching = f"set -o pipefail; {sys.executable} -m foldline status --watch | head -n 1"
    ended = subprocess.run(
        ["bash", "-c", watching],
        cwd=shop.folder,
        env=environment(shop.settings()),
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (141, b"")
    assert json.loads(ended.stdout)["services"][0]["state"] == "down"


@pytest.mark.parametrize("verb", ["version", "events export products"])
def test_what_cannot_be_printed_is_told(shop: Shop, verb: str) -> None:
    shop.create_topics()
    assert shop.foldline("events", "produce", "products", "--id", "p1", "--set", "name=Tea", "--yes").returncode == 0
    ended = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m foldline {verb} >/dev/full"],
        cwd=shop.folder,
        env=environment(shop.settings()),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "the output cannot be written: No space left on device\n")


def test_completion_offers_verbs_services_and_functions(shop: Shop) -> None:
    def offered(*words: str) -> set[str]:
        sent = environment(shop.settings()) | {
            "_FOLDLINE_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("foldline", *words)),
            "COMP_CWORD": str(len(words)),
        }
        ended = subprocess.run(FOLDLINE, cwd=shop.folder, env=sent, capture_output=True, text=True, check=False)
        return {line.partition(",")[2] for line in ended.stdout.splitlines()}

    assert offered("sta") == {"state", "status"}
    assert offered("state", "info", "p") == {"products", "purchases"}
    assert offered("functions", "invoke", "customers.") == {
        f"customers.{name}" for name in ("create", "update", "delete", "browse", "retrieve")
    }
