"""Two versions of a service side by side, as during an upgrade, and the older alone again, as after a rollback."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engine import run
from kafka_container import KafkaContainer
from service_container import serving
from services import Shop
from testcontainers.core.network import Network

OLD, NEW = "foldline-tests-products:1", "foldline-tests-products:2"
PRODUCT = "class Product(Schema):\n"
WITH_A_COLOUR = PRODUCT + "    colour = fields.String()\n"


@pytest.fixture
def versions(image: str, tmp_path: Path, broker: KafkaContainer) -> Iterator[None]:
    """Images of products as it is, and with one more field."""
    with closing(Shop(tmp_path / tmp_path.name, broker.url).create_topics()) as shop:
        schemas = shop.folder / "functions" / "schemas.py"
        package(shop, OLD)
        schemas.write_text(schemas.read_text().replace(PRODUCT, WITH_A_COLOUR))
        package(shop, NEW)
        yield
        run("docker", "image", "rm", OLD, NEW)


def package(shop: Shop, tag: str) -> None:
    packaged = shop.foldline("package", "products", "--tag", tag)
    assert packaged.returncode == 0, packaged.stderr


def test_two_versions_serve_side_by_side_and_the_older_keeps_what_it_does_not_know(
    versions: None, network: Network
) -> None:
    with serving(network, "products", image=OLD) as [old], serving(network, "products", image=NEW) as [new]:
        red = {"name": "Ball", "price": 1, "colour": "red"}
        assert old.post("/products", red).status_code == 422
        made = new.post("/products", red)
        path, seen = made.headers["Location"], made.headers["Log-Position"]
        changed = old.put(path, {"name": "Ball", "price": 2}, log_position=seen, if_match=made.headers["ETag"])
        assert changed.json() == made.json() | {"price": 2}
        read = new.get(path, log_position=changed.headers["Log-Position"])
        assert (read.text, read.headers["ETag"]) == (changed.text, changed.headers["ETag"])
        new.stop()  # the upgrade is rolled back
        assert old.put(path, {"name": "Ball", "price": 3}).json()["colour"] == "red"
