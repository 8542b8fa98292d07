from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foldline.errors import TopologyError
from foldline.topology import Service, Topology, read_topology

SMALL = """\
topics:
  products: {name: eventbus.products, schema: "functions.schemas:Product", partitions: 3}
services:
  products: {port: 9995, topics: [products]}
"""
REPOSITORY = Path(__file__).parents[3]


def test_the_shops_topology_is_what_the_design_says() -> None:
    topology = read_topology(REPOSITORY / "topics.yaml")
    assert {name: service.port for name, service in topology.services.items()} == {
        "products": 9995,
        "customers": 9996,
        "purchases": 9997,
        "dashboard": 9999,
    }
    for name in ("products", "customers", "purchases"):
        spec = topology.topics[name].spec
        assert (spec.name, spec.partitions, spec.replication) == (f"eventbus.{name}", 3, 3)
        assert spec.config["min.insync.replicas"] == "2"
        assert spec.config["min.compaction.lag.ms"] == "172800000"


def test_a_service_has_what_it_declares_and_defaults(read: Callable[[str], Topology]) -> None:
    service = read(SMALL).services["products"]
    assert service == Service(
        name="products",
        port=9995,
        state="file",
        topics=("products",),
        commands=(),
        queries=(),
        projectors=(),
        web=None,
        repairs=False,
    )


def test_a_topic_that_declares_no_settings_is_kept_for_ever(read: Callable[[str], Topology]) -> None:
    spec = read(SMALL).topics["products"].spec
    assert spec.replication == 3
    assert spec.config == {
        "cleanup.policy": "compact",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "min.insync.replicas": "2",
        "min.compaction.lag.ms": "172800000",
        "message.timestamp.type": "LogAppendTime",
    }


def test_one_replica_needs_one_in_sync(read: Callable[[str], Topology]) -> None:
    topology = read(SMALL.replace("partitions: 3", "partitions: 3, replication: 1"))
    assert topology.topics["products"].spec.config["min.insync.replicas"] == "1"


def test_settings_are_written_as_kafka_writes_them(read: Callable[[str], Topology]) -> None:
    config = "config: {retention.ms: -1, preallocate: true, min.cleanable.dirty.ratio: 0.5, compression.type: zstd}"
    spec = read(SMALL.replace("partitions: 3", f"partitions: 3, {config}")).topics["products"].spec
    assert spec.config["retention.ms"] == "-1"
    assert spec.config["preallocate"] == "true"
    assert spec.config["min.cleanable.dirty.ratio"] == "0.5"
    assert spec.config["compression.type"] == "zstd"
    assert spec.config["cleanup.policy"] == "compact"


def test_settings_can_be_shared_by_an_anchor(read: Callable[[str], Topology]) -> None:
    topology = read("""\
topics:
  a: {name: a, schema: "m:A", partitions: 1, config: &all {segment.ms: 1000}}
  b: {name: b, schema: "m:B", partitions: 1, config: {<<: *all, segment.bytes: 2000000}}
services: {}
""")
    assert topology.topics["b"].spec.config["segment.ms"] == "1000"
    assert topology.topics["b"].spec.config["segment.bytes"] == "2000000"


def test_a_topology_cannot_be_changed(read: Callable[[str], Topology]) -> None:
    topology = read(SMALL)
    with pytest.raises(TypeError):
        topology.topics["more"] = topology.topics["products"]  # type: ignore[index]


def test_the_limits_of_commands_are_checked_against_the_lag(write: Callable[[str], Path]) -> None:
    with pytest.raises(TopologyError, match="less than twice FOLDLINE_KEY_WINDOW, 90000 s"):
        read_topology(write(SMALL), key_window=90_000)
    with pytest.raises(TopologyError, match="FOLDLINE_DEADLINE, 100 s, must be below FOLDLINE_KEY_WINDOW, 60 s"):
        read_topology(write(SMALL), deadline=100, key_window=60)


def test_a_short_lag_can_be_allowed(write: Callable[[str], Path]) -> None:
    short = write(SMALL.replace("partitions: 3", "partitions: 3, config: {min.compaction.lag.ms: 1000}"))
    with pytest.raises(TopologyError, match=r"topics.yaml:2 topics.products.config: min.compaction.lag.ms is 1000"):
        read_topology(short)
    assert read_topology(short, allow={"short-lag"}).topics


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TopologyError, match=r"topics\.yaml: No such file"):
        read_topology(tmp_path / "topics.yaml")


TAGS = ["!!int ", "!!float ", "!!bool ", "!!binary ", "!!timestamp ", "!!omap ", "!!set ", "!x "]
SIGNS = [
    "\n",
    "\n  ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "? ",
    "'",
    '"',
    "\\U",
    "%YAML 9",
    "---",
    "#",
]
ODD = ["topics", "services", "2020-13-45", "0x", "1:60", ".nan", "~", "yes"]
YAML_PARTS = st.sampled_from([*SMALL.split(), *TAGS, *SIGNS, *ODD])


@given(text=st.lists(YAML_PARTS, max_size=30).map("".join) | st.text() | st.binary().map(bytes.hex))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None)
def test_any_text_is_a_topology_or_a_topology_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "topics.yaml"
    path.write_bytes(text.encode(errors="surrogatepass"))
    _reads_or_tells(path)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
NAMES = st.sampled_from(["topics", "services", "name", "schema", "partitions", "config", "port", "products", "web"])
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES | SCALARS, inner), max_leaves=20)


@given(topics=TREES, services=TREES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_tree_is_a_topology_or_a_topology_error(tmp_path: Path, topics: object, services: object) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(yaml.safe_dump({"topics": topics, "services": services}))
    _reads_or_tells(path)


@given(data=st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_a_topology_or_a_topology_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "topics.yaml"
    path.write_bytes(data)
    _reads_or_tells(path)


def _reads_or_tells(path: Path) -> None:
    try:
        told: Topology | tuple[str, ...] = read_topology(path)
    except TopologyError as error:
        told = error.problems
    assert isinstance(told, Topology) or (told and all(problem.startswith("topics.yaml") for problem in told))
