"""The shop as it is deployed, with its functions grouped in any way."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from services import REPOSITORY

from foldline.deploy.model import Deployment, deployment_of
from foldline.functions.loading import load_all
from foldline.topology import read_topology

Deploy = Callable[..., Deployment]

ALL = ["products", "customers", "purchases"]


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    """The shop's deployment; `services` and `deploy` as in topics.yaml, where they are not the shop's own."""

    def deploy(services: Mapping[str, Any] | None = None, **deploy: str) -> Deployment:
        declared = yaml.safe_load((REPOSITORY / "topics.yaml").read_text())
        if services is not None:
            ports = enumerate(services, 9000)
            declared["services"] = {name: {"port": port, "topics": ALL, **services[name]} for port, name in ports}
        declared["deploy"] = deploy or declared["deploy"]
        path = tmp_path / "topics.yaml"
        path.write_text(yaml.safe_dump(declared, sort_keys=False))
        topology = read_topology(path)
        return deployment_of(topology, load_all(topology, REPOSITORY))

    return deploy


@pytest.fixture
def shop(deploy: Deploy) -> Deployment:
    """As topics.yaml has it."""
    return deploy()
