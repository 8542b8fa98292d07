from collections.abc import Callable

import pytest

from foldline.topology import Deploy, Size, Topology

Mistakes = Callable[[str], tuple[str, ...]]

TEXT = """\
topics:
  products: {name: eventbus.products, schema: "functions.schemas:Product", partitions: 3}
services:
  products:
    port: 9995
    topics: [products]
    deploy: {instances: 3, cpus: 2, memory: 1Gi, disk: 512Mi}
deploy: {image: "registry.example.com:5000/team/shop:1.2", brokers: "a:9092,b:9092", host: shop.example.com}
"""


def test_a_file_says_how_it_is_deployed(read: Callable[[str], Topology]) -> None:
    topology = read(TEXT)
    assert topology.services["products"].deploy == Size(instances=3, cpus=2.0, memory=1024, disk=512)
    assert topology.deploy == Deploy("registry.example.com:5000/team/shop:1.2", "shop.example.com", "a:9092,b:9092")


def test_a_file_need_not_say_it(read: Callable[[str], Topology]) -> None:
    topology = read("\n".join(line for line in TEXT.splitlines() if "deploy:" not in line))
    assert topology.services["products"].deploy == Size()
    assert topology.deploy == Deploy()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "instances: 3",
            "instanses: 3",
            "topics.yaml:7 services.products.deploy.instanses: it is unknown; did you mean",
        ),
        ("instances: 3", "instances: 0", "topics.yaml:7 services.products.deploy.instances: Must be greater than"),
        ("instances: 3", "instances: '3'", "topics.yaml:7 services.products.deploy.instances: Not a valid integer"),
        ("cpus: 2", "cpus: 0", "topics.yaml:7 services.products.deploy.cpus: Must be greater than or equal to 0.01"),
        ("cpus: 2", "cpus: many", "topics.yaml:7 services.products.deploy.cpus: Not a valid number"),
        ("memory: 1Gi", "memory: 1024", "topics.yaml:7 services.products.deploy.memory: It looks like 256Mi or 2Gi"),
        ("memory: 1Gi", "memory: 1Mi", "topics.yaml:7 services.products.deploy.memory: Must be greater than"),
        ("disk: 512Mi", "disk: 512M", "topics.yaml:7 services.products.deploy.disk: It looks like 256Mi or 2Gi"),
        ("deploy: {image", "deploy: {imgae", "topics.yaml:8 deploy.imgae: it is unknown; did you mean image?"),
        ("5000/team/shop:1.2", "5000/Team", "topics.yaml:8 deploy.image: It looks like registry.example.com/shop:1.2"),
        ("host: shop.example.com", "host: http://shop", "topics.yaml:8 deploy.host: It looks like shop.example.com"),
        ("a:9092,b:9092", "a,b:9092", "topics.yaml:8 deploy.brokers: It looks like kafka-1:9092,kafka-2:9092"),
        ("\ndeploy:", "\ndepoly:", "topics.yaml:8 depoly: it is unknown; did you mean deploy?"),
    ],
)
def test_a_mistake_is_told_by_its_place(mistakes: Mistakes, right: str, wrong: str, said: str) -> None:
    assert right in TEXT
    (mistake,) = mistakes(TEXT.replace(right, wrong))
    assert mistake.startswith(said)
