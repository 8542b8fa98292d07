"""Every service answers as its OpenAPI document says, whatever is sent: schemathesis, on real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from services import SERVICES, Service, Shop, environment

EXAMPLES = os.environ.get("OPENAPI_EXAMPLES", "5")
"""Requests of each kind for each operation."""

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Service]]:
    """All four on one embedded log, with something in them."""
    with closing(Shop(tmp_path_factory.mktemp("described") / "shop", "sqlite:var/log.db").create_topics()) as shop:
        running = {name: shop.start(name) for name in (*SERVICES, "dashboard")}
        for service in running.values():
            service.wait_ready()
        product = running["products"].post("/products", {"name": "Tea", "price": 1.5}).json()["id"]
        customer = running["customers"].post("/customers", {"firstName": "Ada", "lastName": "Bo"}).json()["id"]
        running["purchases"].post("/purchases", {"productId": product, "customerId": customer, "total": 1.5})
        yield running
        for service in running.values():
            service.stop()


def hold_to_its_document(service: Service, folder: Path, *options: str) -> None:
    """Fail with the report where any check fails."""
    command = [
        *(
            str(Path(sys.executable).with_name("schemathesis")),
            "--no-color",
            "--config-file",
            str(HERE / "openapi.toml"),
        ),
        *("run", f"{service.url}/openapi.json", "--checks", "all", "--seed", "1", "--max-examples", EXAMPLES),
        *("--generation-database", "none", "--warnings", "off", *options),
    ]
    settings = environment({"PYTHONPATH": str(HERE)})
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in service.output()


@pytest.mark.timeout(1000)
@pytest.mark.parametrize("name", [*SERVICES, "dashboard"])
def test_what_is_described_is_taken_and_all_else_refused(
    services: dict[str, Service], name: str, tmp_path: Path
) -> None:
    hold_to_its_document(services[name], tmp_path, "--phases", "examples,fuzzing")


@pytest.mark.timeout(1000)
@pytest.mark.parametrize("name", [*SERVICES, "dashboard"])
def test_what_follows_from_one_answer_is_as_described(services: dict[str, Service], name: str, tmp_path: Path) -> None:
    # An entity that was removed keeps its history. In this phase the tool does not go by what openapi.toml says of it.
    hold_to_its_document(services[name], tmp_path, "--phases", "stateful", "--exclude-path-regex", "/history$")


@pytest.mark.timeout(1000)
@pytest.mark.parametrize("name", [*SERVICES, "dashboard"])
def test_every_bound_is_kept(services: dict[str, Service], name: str, tmp_path: Path) -> None:
    # The tool's coverage phase joins optional headers without their patterns, and then calls them valid.
    hold_to_its_document(
        services[name], tmp_path, "--phases", "coverage", "--exclude-checks", "positive_data_acceptance"
    )
