"""The four systems are told the same: each rendered file is read as its system reads it, and compared."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
import yaml

from foldline.deploy.compose import render_compose
from foldline.deploy.kontena import render_kontena
from foldline.deploy.kubernetes import render_kubernetes
from foldline.deploy.model import Deployment
from foldline.deploy.procfile import render_procfile

Deploy = Callable[..., Deployment]

SYSTEMS_OWN = ("KAFKA_", "FOLDLINE_TOKEN", "FOLDLINE_ALLOW", "FOLDLINE_KAFKA_", "KONTENA_")
"""Begin the variables that each system sets in its own way: where its brokers are, and secrets."""

GROUPS = {
    "all": {"topics": ["products", "customers"], "commands": ["products", "customers"], "queries": ["products"]},
    "view": {
        "projectors": ["sales"],
        "queries": ["dashboard"],
        "web": "dashboard_web",
        "state": "memory",
        "deploy": {"instances": 5, "cpus": 1, "memory": "2Gi"},
    },
}


class Told(NamedTuple):
    """What a system is told of one service."""

    command: list[str]
    environment: dict[str, str]
    instances: int
    memory: int
    """MiB."""
    cpus: float
    port: int
    live: str
    ready: str | None
    stop: int
    """Seconds from SIGTERM to SIGKILL."""
    keeps_state: bool


def of_compose(deployment: Deployment) -> dict[str, Told]:
    files = render_compose(deployment)
    services = yaml.safe_load(files["compose.yaml"])["services"]
    balancer = files["deploy/haproxy/haproxy.cfg"]
    told = {}
    for service in deployment.services:
        said = services[service.name]
        ready, port = backend(service.name, balancer)
        live, _ = backend(f"{service.name}.live", balancer)
        told[service.name] = Told(
            command=said["command"],
            environment=ours(said["environment"]),
            instances=said["deploy"]["replicas"],
            memory=int(said["mem_limit"].removesuffix("m")),
            cpus=said["cpu_shares"] / 1024,
            port=port,
            live=live,
            ready=ready,
            stop=seconds(said["stop_grace_period"]),
            keeps_state="/app/var" in said.get("volumes", ()),
        )
    return told


def backend(name: str, balancer: str) -> tuple[str, int]:
    """Where it asks an instance whether to send it requests, and the port."""
    (section,) = [part for part in balancer.split("\n\n") if part.startswith(f"backend {name} ")]
    found = re.search(r"uri (\S+)\n.*:(\d+)$", section.strip())
    assert found is not None
    return found[1], int(found[2])


def of_kontena(deployment: Deployment) -> dict[str, Told]:
    services = yaml.safe_load(render_kontena(deployment)["kontena.yml"])["services"]
    told = {}
    for service in deployment.services:
        said = services[service.name]
        told[service.name] = Told(
            command=said["command"].split(),
            environment=ours(said["environment"]),
            instances=said["instances"],
            memory=int(said["mem_limit"].removesuffix("m")),
            cpus=said["cpu_shares"] / 1024,
            port=int(said["environment"]["KONTENA_LB_INTERNAL_PORT"]),
            live=said["health_check"]["uri"],
            ready=None,  # it has one check for both
            stop=seconds(said["stop_grace_period"]),
            keeps_state="/app/var" in said["volumes"],
        )
    return told


def of_kubernetes(deployment: Deployment) -> dict[str, Told]:
    files = render_kubernetes(deployment)
    shared = yaml.safe_load(files["deploy/kubernetes/config.yaml"])["data"]
    told = {}
    for service in deployment.services:
        manifests = [*yaml.safe_load_all(files[f"deploy/kubernetes/{service.name}.yaml"])]
        kinds = {manifest["kind"]: manifest for manifest in manifests}
        workload = kinds.get("StatefulSet") or kinds["Deployment"]
        pod = workload["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        own = {one["name"]: one["value"] for one in container["env"] if "value" in one}
        told[service.name] = Told(
            command=container["args"],
            environment=ours(shared | own),
            instances=kinds["HorizontalPodAutoscaler"]["spec"]["minReplicas"],
            memory=int(container["resources"]["limits"]["memory"].removesuffix("Mi")),
            cpus=int(container["resources"]["requests"]["cpu"].removesuffix("m")) / 1000,
            port=kinds["Service"]["spec"]["ports"][0]["port"],
            live=container["livenessProbe"]["httpGet"]["path"],
            ready=container["readinessProbe"]["httpGet"]["path"],
            stop=pod["terminationGracePeriodSeconds"],
            keeps_state=workload["kind"] == "StatefulSet",
        )
    return told


def of_procfile(deployment: Deployment) -> Iterator[tuple[str, list[str]]]:
    """Each line's name and command, which is all that it says."""
    for line in render_procfile(deployment)["Procfile"].splitlines():
        name, _, command = line.partition(": ")
        execute, program, *arguments = command.split()
        assert (execute, program) == ("exec", "foldline")
        yield name, arguments


def ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(SYSTEMS_OWN)}


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


@pytest.mark.parametrize("services", [None, GROUPS], ids=["the shop", "regrouped"])
def test_commands_environment_sizes_ports_and_probes_agree(deploy: Deploy, services: Mapping[str, Any] | None) -> None:
    deployment = deploy(services)
    compose, kontena, kubernetes = (tell(deployment) for tell in (of_compose, of_kontena, of_kubernetes))
    assert compose.keys() == kontena.keys() == kubernetes.keys() == dict(of_procfile(deployment)).keys()
    for name, said in kubernetes.items():
        assert dict(of_procfile(deployment))[name] == said.command
        assert compose[name] == said
        assert kontena[name]._replace(ready=said.ready) == said


def test_they_say_what_the_facts_say(deploy: Deploy) -> None:
    told = of_kubernetes(deploy(GROUPS))["view"]
    assert told == Told(
        command=["serve", "view"],
        environment={
            "FOLDLINE_BIND": "0.0.0.0:8000",
            "FOLDLINE_DRAIN": "3",
            "FOLDLINE_URLS": "all=http://all:8000,view=http://view:8000",
        },
        instances=5,
        memory=2048,
        cpus=1.0,
        port=8000,
        live="/livez",
        ready="/readyz",
        stop=10,
        keeps_state=False,
    )


def test_a_stopping_instance_has_time_to_drain_and_to_end(shop: Deployment) -> None:
    for told in of_kubernetes(shop).values():
        assert told.stop >= int(told.environment["FOLDLINE_DRAIN"]) + 5


def test_public_paths_agree(shop: Deployment) -> None:
    ingress = yaml.safe_load(render_kubernetes(shop)["deploy/kubernetes/ingress.yaml"])
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    routed = {(one["path"], one["pathType"]): one["backend"]["service"]["name"] for one in paths}
    kontena = yaml.safe_load(render_kontena(shop)["kontena.yml"])["services"]
    for place in shop.places:
        (service,) = place.services
        beginning = place.path.rstrip("/") or "/"
        assert service in {routed.get((place.path, "Exact")), routed.get((beginning, "Prefix"))}
        assert place.path.startswith(tuple(kontena[service]["environment"]["KONTENA_LB_VIRTUAL_PATH"].split(",")))
