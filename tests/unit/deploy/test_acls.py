"""Which operations on which topics each service needs."""

from pathlib import Path

from small_app import SmallApp

from foldline.deploy.acls import Need, kafka_acls, needs, needs_to_create
from foldline.functions.loading import load_all
from foldline.topology import read_topology

SHOP = Path(__file__).parents[3]
READING = ("Read", "DescribeConfigs")
WRITING = ("Read", "DescribeConfigs", "Write")


def test_services_of_the_shop_write_their_own_topic_and_the_dashboard_none() -> None:
    topology = read_topology(SHOP / "topics.yaml")
    assert needs(topology, load_all(topology, SHOP)) == [
        Need("products", "eventbus.products", WRITING),
        Need("customers", "eventbus.customers", WRITING),
        Need("purchases", "eventbus.purchases", WRITING),
        Need("dashboard", "eventbus.products", READING),
        Need("dashboard", "eventbus.customers", READING),
        Need("dashboard", "eventbus.purchases", READING),
    ]


def test_a_service_writes_only_the_topics_of_its_commands(tmp_path: Path) -> None:
    app = SmallApp(tmp_path)
    app.write("topics.yaml", _folding_both())
    topology = app.topology()
    assert needs(topology, load_all(topology, tmp_path)) == [
        Need("products", "eventbus.products", WRITING),
        Need("products", "eventbus.customers", READING),
    ]


def test_without_its_functions_a_service_with_commands_is_taken_to_write_all_that_it_folds(tmp_path: Path) -> None:
    app = SmallApp(tmp_path)
    app.write("topics.yaml", _folding_both())
    assert [need.operations for need in needs(app.topology())] == [WRITING, WRITING]


def test_a_service_that_repairs_writes(tmp_path: Path) -> None:
    app = SmallApp(tmp_path)
    app.write("topics.yaml", _folding_both("repairs: true"))
    topology = app.topology()
    assert [need.operations for need in needs(topology)] == [WRITING, WRITING]
    assert needs(topology, load_all(topology, tmp_path)) == needs(topology)


def test_whoever_creates_topics_may_not_read_them(tmp_path: Path) -> None:
    created = needs_to_create(SmallApp(tmp_path).topology(), "deployer")
    assert [need.topic for need in created] == ["eventbus.products", "eventbus.customers"]
    assert {need.operations for need in created} == {("Create", "Describe", "DescribeConfigs")}


def test_arguments_are_quoted_for_the_shell() -> None:
    need = Need("products", "eventbus.products", READING)
    assert kafka_acls(need, "User:CN=products, O=shop") == (
        "--add --allow-principal 'User:CN=products, O=shop' --operation Read --operation DescribeConfigs"
        " --topic eventbus.products"
    )


def _folding_both(more: str = "commands: [products]") -> str:
    return f"""
topics:
  products: {{name: eventbus.products, schema: "functions.schemas:Product", partitions: 3}}
  customers: {{name: eventbus.customers, schema: "functions.schemas:Product", partitions: 3}}
services:
  products: {{port: 9995, topics: [products, customers], {more}}}
"""
