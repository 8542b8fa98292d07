"""An image of one service's functions alone serves them, and has nothing of the others."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engine import run
from kafka_container import KafkaContainer
from service_container import serving
from services import Shop
from testcontainers.core.network import Network

TAG = "foldline-tests-customers"


@pytest.fixture
def package(image: str, tmp_path: Path, broker: KafkaContainer) -> Iterator[Shop]:
    """A shop whose `customers` was packaged."""
    with closing(Shop(tmp_path / tmp_path.name, broker.url).create_topics()) as shop:
        packaged = shop.foldline("package", "customers", "--tag", TAG)
        assert (packaged.returncode, packaged.stdout) == (0, f"{TAG}\n"), packaged.stderr
        yield shop
        run("docker", "image", "rm", TAG)


def test_a_packaged_service_serves_its_functions_and_has_no_others(package: Shop, network: Network) -> None:
    found = run("docker", "run", "--rm", "--entrypoint", "find", TAG, "/app", "-name", "*.py").split()
    own = ["commands/customers.py", "queries/customers.py", "schemas.py"]
    assert sorted(found) == [f"/app/functions/{path}" for path in own]
    with serving(network, "customers", image=TAG) as [customers]:
        made = customers.post("/customers", {"firstName": "Ada", "lastName": "Lovelace"})
        assert customers.get(made.headers["Location"]).json()["lastName"] == "Lovelace"
        assert customers.get("/products").status_code == 404
