from collections.abc import Callable

import pytest

Mistakes = Callable[[str], tuple[str, ...]]

GOOD = """\
topics:
  products:
    name: eventbus.products
    schema: functions.schemas:Product
    partitions: 3
    config: {cleanup.policy: compact}
  customers: {name: eventbus.customers, schema: "functions.schemas:Customer", partitions: 3}
services:
  products:
    port: 9995
    topics: [products]
    commands: [products]
  customers: {port: 9996, topics: [customers]}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("port: 9995", "prt: 9995", "topics.yaml:10 services.products.prt: it is unknown; did you mean port?"),
        ("port: 9995", "port: 70000", "topics.yaml:10 services.products.port: Must be greater than or equal to 1"),
        ("port: 9995", "port: '9995'", "topics.yaml:10 services.products.port: Not a valid integer"),
        ("port: 9995", "port: true", "topics.yaml:10 services.products.port: Not a valid integer"),
        ("port: 9996", "port: 9995", "topics.yaml:13 services.customers.port: the same as that of products"),
        ("partitions: 3\n", "partitions: 0\n", "topics.yaml:5 topics.products.partitions: Must be greater"),
        ("partitions: 3\n", "partitions: 3\n    replication: 0\n", "topics.yaml:6 topics.products.replication: Must"),
        ("partitions: 3\n", "\n", "topics.yaml:2 topics.products.partitions: Missing data"),
        ("    name: eventbus.products", "    name: eventbus/products", "topics.yaml:3 topics.products.name: a topic's"),
        (
            "    name: eventbus.products",
            "    name: ..",
            "topics.yaml:3 topics.products.name: a topic's name on the log",
        ),
        (
            "eventbus.customers",
            "eventbus_products",
            "topics.yaml:7 topics.customers.name: the same as that of products",
        ),
        ("functions.schemas:Product", "functions.schemas", "topics.yaml:4 topics.products.schema: It looks like"),
        ("  products:\n    name", "  event:\n    name", "topics.yaml:2 topics.event: event cannot be a topic"),
        ("  products:\n    name", "  my-topic:\n    name", "topics.yaml:2 topics.my-topic: a topic's name is an ident"),
        ("  products:\n    name", "  class:\n    name", "topics.yaml:2 topics.class: a topic's name is an identifier"),
        ("  products:\n    name", "  foldline_x:\n    name", "topics.yaml:2 topics.foldline_x: a topic's name may not"),
        ("  products:\n    name", "  Customers:\n    name", "topics.yaml:7 topics.customers: only its case sets it"),
        (
            "  products:\n    port",
            "  Products:\n    port",
            "topics.yaml:9 services.Products: a service's name has small",
        ),
        ("topics: [products]", "topics: [product]", "topics.yaml:11 services.products.topics.0: there is no topic pro"),
        ("topics: [products]", "topics: products", "topics.yaml:11 services.products.topics: Not a valid list"),
        ("topics: [products]", "topics: []", "topics.yaml:11 services.products.topics: Shorter than minimum length 1"),
        ("topics: [products]", "topics: [products, products]", "products.topics.1: products stands here a second time"),
        ("commands: [products]", "commands: [a.b.c]", "topics.yaml:12 services.products.commands.0: It looks like"),
        (
            "port: 9995",
            "port: 9995\n    state: disk",
            "topics.yaml:11 services.products.state: Must be one of: file, m",
        ),
        ("port: 9995", "port: 9995\n    repairs: often", "topics.yaml:11 services.products.repairs: Not a valid bool"),
        ("port: 9995", "port: 9995\n    port: 9997", "topics.yaml:11: port stands here a second time"),
        ("cleanup.policy: compact", "retention.ms: [1]", "topics.products.config.retention.ms: It is one text or"),
        ("cleanup.policy: compact", "retention.ms: null", "topics.products.config.retention.ms: Field may not be null"),
        (
            "cleanup.policy: compact",
            "retention.mss: 1",
            "config.retention.mss: Kafka has no such setting; did you mean",
        ),
        ("cleanup.policy: compact", "unclean.leader.election.enable: true", "topics.products.config: unclean.leader"),
        ("services:", "service:", "topics.yaml:8 service: it is unknown; did you mean services?"),
    ],
)
def test_a_mistake_is_told_with_its_line(mistakes: Mistakes, right: str, wrong: str, said: str) -> None:
    assert right in GOOD
    assert any(said in problem for problem in mistakes(GOOD.replace(right, wrong, 1)))


def test_all_mistakes_are_told_at_once(mistakes: Mistakes) -> None:
    text = GOOD.replace("port: 9995", "port: none").replace("partitions: 3}", "partitions: 3, confg: {}}")
    assert len(mistakes(text)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topics: [", "topics.yaml:1: while parsing a flow node"),
        ("topics:\n  a: !x y", "topics.yaml:2: could not determine a constructor"),
        ("topics: 2020-13-45", "topics.yaml: it cannot be read: month must be in 1..12"),
        ("a: " + "[" * 5000, "topics.yaml: nested too deeply"),
        ("topics: !!int ''", "topics.yaml: it cannot be read: string index out of range"),
        ("&a [*a]", "topics.yaml:1: Invalid input type"),
        ("---\n---\n", "topics.yaml:2: expected a single document"),
        ("", "topics.yaml:1 topics: Missing data"),
    ],
)
def test_text_that_is_no_topology_is_told(mistakes: Mistakes, text: str, said: str) -> None:
    assert any(problem.startswith(said) for problem in mistakes(text))
