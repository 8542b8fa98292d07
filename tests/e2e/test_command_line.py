"""The command line, as it is typed."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from brokers import Broker
from confluent_kafka.admin import AdminClient, NewPartitions
from services import SERVICES, Shop


@pytest.fixture(params=["embedded", "kafka"])
def bare(request: pytest.FixtureRequest, tmp_path: Path, topic: str) -> Iterator[Shop]:
    """A shop on each of the logs, without its topics."""
    log = "sqlite:var/log.db" if request.param == "embedded" else request.getfixturevalue("broker").url
    with closing(Shop(tmp_path / topic, log)) as shop:
        yield shop


# --- check ---


def test_check_prints_what_each_service_has(shop: Shop) -> None:
    checked = shop.foldline("check", "-o", "table")
    assert checked.returncode == 0, checked.stderr
    for service in SERVICES:
        port = shop.topology["services"][service]["port"]
        assert f"{service}  http://127.0.0.1:{port}" in checked.stdout
    assert re.search(r"command +products\.update +PUT +/products/<id>", checked.stdout)
    assert re.search(r"query +customers\.browse +GET +/customers", checked.stdout)


def test_check_tells_all_that_is_wrong_at_once(shop: Shop) -> None:
    commands, queries = (shop.folder / "functions" / kind for kind in ("commands", "queries"))
    (commands / "products.py").write_text("def create(:\n")
    replace(commands / "customers.py", "def update(current: Entity", "def update(curent: Entity")
    replace(queries / "purchases.py", "args=Page", "")
    checked = shop.foldline("check")
    assert checked.returncode == 7
    lines = checked.stderr.splitlines()
    assert any(line.startswith("functions/commands/products.py:1: SyntaxError") for line in lines)
    assert any("customers.py" in line and "curent" in line and "current" in line for line in lines)
    assert any("purchases.py" in line and "args" in line for line in lines)


def test_check_tells_where_topics_yaml_is_wrong(shop: Shop) -> None:
    replace(shop.folder / "topics.yaml", "  customers:\n    name", "  customers:\n    nmae")
    checked = shop.foldline("check")
    assert checked.returncode == 7
    assert re.search(r"topics\.yaml:\d+ .*nmae.*did you mean name", checked.stderr)


def test_without_topics_yaml_it_says_what_it_looks_for(tmp_path: Path, shop: Shop) -> None:
    (shop.folder / "topics.yaml").unlink()
    checked = shop.foldline("check")
    assert checked.returncode == 7
    assert "topics.yaml" in checked.stderr
    assert "Traceback" not in checked.stderr


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


# --- topics ---


def states(shop: Shop, verb: str, *arguments: str) -> dict[str, str]:
    """What a verb says of each topic."""
    return {row["name"]: row["state"] for row in json.loads(shop.foldline("topics", verb, *arguments).stdout)}


def test_topics_are_created_once(bare: Shop) -> None:
    names = [bare.topic(name) for name in SERVICES]
    assert states(bare, "create", "--dry-run") == dict.fromkeys(names, "would be created")
    assert states(bare, "create") == dict.fromkeys(names, "created")
    assert states(bare, "create") == dict.fromkeys(names, "ok")


def test_topics_are_listed_as_they_are(bare: Shop) -> None:
    names = [bare.topic(name) for name in SERVICES]
    assert states(bare, "list") == dict.fromkeys(names, "missing")
    bare.create_topics()
    assert states(bare, "list") == dict.fromkeys(names, "ok")
    table = bare.foldline("topics", "list", "-o", "table").stdout
    assert re.search(rf"products +{re.escape(bare.topic('products'))} +3 +\d +0  ok\n", table)


def test_check_tells_what_is_missing_and_ends_with_7(bare: Shop) -> None:
    checked = bare.foldline("topics", "check")
    assert checked.returncode == 7
    assert len(checked.stderr.splitlines()) == 3
    assert f"{bare.topic('products')}: it is not on the log" in checked.stderr
    assert bare.create_topics().foldline("topics", "check").returncode == 0


def test_a_topic_is_described_as_json(bare: Shop) -> None:
    missing = bare.foldline("topics", "describe", "products")
    assert missing.returncode == 3
    assert "`foldline topics create`" in missing.stderr
    bare.create_topics()
    described = json.loads(bare.foldline("topics", "describe", "products").stdout)
    assert described["name"] == bare.topic("products")
    assert described["partitions"] == 3
    assert described["replication"] == (1 if bare.log.startswith("kafka:") else 3)  # one broker; as declared
    assert described["identity"]
    assert described["config"]["cleanup.policy"] == "compact"
    assert described["config"]["min.compaction.lag.ms"] == "172800000"
    assert described["config"]["message.timestamp.type"] == "LogAppendTime"


def test_an_unknown_topic_is_told_the_nearest(shop: Shop) -> None:
    described = shop.foldline("topics", "describe", "product")
    assert described.returncode == 3
    assert "did you mean products?" in described.stderr


def test_a_topic_that_is_otherwise_than_declared_is_reported_and_stops_the_start(
    kafka_shop: Shop, broker: Broker
) -> None:
    with AdminClient({"bootstrap.servers": broker.servers}) as admin:
        [grown] = admin.create_partitions([NewPartitions(kafka_shop.topic("products"), 5)]).values()
        grown.result(10)
    reported = kafka_shop.foldline("topics", "create")
    assert reported.returncode == 7
    assert re.search(rf"{re.escape(kafka_shop.topic('products'))}: .*5.*3", reported.stderr)
    products = kafka_shop.start("products")
    assert products.wait_ended() != 0
    assert kafka_shop.topic("products") in products.output()
    kafka_shop.serve("customers").stop()


def test_without_a_broker_the_command_line_says_so(shop: Shop) -> None:
    shop.log = "kafka://127.0.0.1:9"
    listed = shop.foldline("topics", "list")
    assert listed.returncode == 6
    assert "127.0.0.1:9" in listed.stderr
    assert "Traceback" not in listed.stderr


# --- mistakes, and help ---


def test_an_unknown_service_is_told_the_nearest(shop: Shop) -> None:
    served = shop.foldline("serve", "product")
    assert served.returncode == 7
    assert "did you mean products?" in served.stderr


def test_settings_that_cannot_be_are_all_told(shop: Shop) -> None:
    served = shop.foldline("serve", "products", threads="many", deadlin="3")
    assert served.returncode == 2
    assert "FOLDLINE_THREADS=many" in served.stderr
    assert "FOLDLINE_DEADLIN: there is no such setting; did you mean FOLDLINE_DEADLINE?" in served.stderr


def test_a_log_that_is_none_is_told(shop: Shop) -> None:
    shop.log = "redis://127.0.0.1"
    listed = shop.foldline("topics", "list")
    assert listed.returncode == 2
    assert "FOLDLINE_LOG=redis://127.0.0.1" in listed.stderr


@pytest.mark.parametrize(
    "verb", [(), ("serve",), ("check",), ("topics",), ("topics", "create"), ("topics", "describe")]
)
def test_every_verb_has_help(shop: Shop, verb: tuple[str, ...]) -> None:
    helped = shop.foldline(*verb, "--help")
    assert helped.returncode == 0
    assert " ".join(("Usage: ", "foldline", *verb)).replace("  ", " ") in helped.stdout.replace("python -m ", "")
    assert len(helped.stdout.splitlines()) > 4


def test_an_unknown_verb_is_a_mistake(shop: Shop) -> None:
    assert shop.foldline("srve", "products").returncode == 2


def test_its_version_is_a_version(shop: Shop) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", shop.foldline("--version").stdout)
