"""The files in the repository, and what else is rendered: each is what its own system takes."""

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from services import REPOSITORY, environment

from foldline.deploy.compose import render_compose
from foldline.deploy.kontena import check_kontena, render_kontena
from foldline.deploy.kubernetes import render_kubernetes
from foldline.deploy.model import Deployment
from foldline.deploy.targets import TARGETS, OutOfDate, compare, write
from foldline.errors import TopologyError

Deploy = Callable[..., Deployment]


STRIMZI = "kafka.strimzi.io/"


class NotCheckedWarning(UserWarning):
    """Resources of a kind of which there is no schema."""


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_in_the_repository_is_what_topics_yaml_says(shop: Deployment, target: str) -> None:
    compare(TARGETS[target](shop), REPOSITORY)


def test_a_file_that_says_something_else_or_is_missing_is_told(shop: Deployment, tmp_path: Path) -> None:
    files = render_compose(shop)
    (changed, *_) = write(files, tmp_path)
    changed.write_text("else")
    (tmp_path / "deploy/haproxy/haproxy.cfg").unlink()
    with pytest.raises(OutOfDate) as told:
        compare(files, tmp_path)
    assert told.value.problems == (
        f"{tmp_path}/compose.yaml is not what topics.yaml says; render it again",
        f"{tmp_path}/deploy/haproxy/haproxy.cfg is missing",
    )


# --- Compose ---


@pytest.mark.parametrize("services", [None, {"one": {"commands": ["products"], "state": "memory"}}])
def test_compose_takes_it(deploy: Deploy, tmp_path: Path, services: Mapping[str, Any] | None) -> None:
    write(render_compose(deploy(services)), tmp_path)
    compose = Path(sys.executable).parent / "docker-compose"
    checked = subprocess.run(
        [compose, "--profile", "tools", "config", "--quiet"],
        cwd=tmp_path,
        env=environment({"HOME": str(tmp_path)}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_process_of_the_image_has_no_more_rights_than_it_needs(shop: Deployment) -> None:
    services = yaml.safe_load(render_compose(shop)["compose.yaml"])["services"]
    ours = [service for service in services.values() if service["image"] == "foldline-shop"]
    assert len(ours) == len(shop.services) + 2
    for service in (*ours, services["balancer"]):
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_balancer_can_be_reached_from_outside_and_only_from_this_machine(shop: Deployment) -> None:
    services = yaml.safe_load(render_compose(shop)["compose.yaml"])["services"]
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"balancer": ["127.0.0.1:${PORT:-8080}:8080"]}


# --- Kontena ---


def test_kontena_takes_it(shop: Deployment) -> None:
    report = check_kontena(REPOSITORY / "kontena.yml", {}, {})
    assert report.problems == []
    assert report.remarks == ["num_nodes is not known before the installation: checked with an example"]
    assert render_kontena(shop)["kontena.yml"] == (REPOSITORY / "kontena.yml").read_text()


def test_services_with_pages_that_ask_each_other_are_not_linked_in_a_ring(deploy: Deploy, tmp_path: Path) -> None:
    pages = {name: {"web": "dashboard_web", "queries": ["dashboard"], "projectors": ["sales"]} for name in ("a", "b")}
    pages["b"]["queries"] = ["products"]
    deployment = deploy(pages)
    assert [service.links for service in deployment.services] == [("b",), ("a",)]


# --- Kubernetes ---


def manifests(files: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for text in files.values():
        yield from yaml.safe_load_all(text)


@pytest.mark.parametrize("services", [None, {"one": {"commands": ["products"], "state": "memory"}}])
@pytest.mark.parametrize("strimzi", [False, True])
def test_kubernetes_takes_it(deploy: Deploy, services: Mapping[str, Any] | None, strimzi: bool) -> None:
    for manifest in manifests(render_kubernetes(deploy(services), strimzi=strimzi)):
        if not manifest["apiVersion"].startswith(STRIMZI):
            kubernetes_validate.validate(manifest, "1.34", strict=True)


def test_nothing_goes_unchecked_but_what_is_strimzis(shop: Deployment) -> None:
    assert not [one for one in manifests(render_kubernetes(shop)) if one["apiVersion"].startswith(STRIMZI)]
    found = [one for one in manifests(render_kubernetes(shop, strimzi=True)) if one["apiVersion"].startswith(STRIMZI)]
    names = [f"{one['kind']} {one['metadata']['name']}" for one in found]
    assert names[:2] == ["KafkaNodePool brokers", "Kafka kafka"]
    with warnings.catch_warnings():  # so that it is read at the end of each run
        warnings.simplefilter("default", NotCheckedWarning)
        warnings.warn(f"no schema for {len(names)}: {', '.join(names)}", NotCheckedWarning, stacklevel=1)


def test_the_check_of_manifests_is_strict(shop: Deployment) -> None:
    manifest = next(manifests(render_kubernetes(shop)))
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest | {"dta": {}}, "1.34", strict=True)


@pytest.mark.parametrize("strimzi", [False, True])
def test_every_pod_has_no_more_rights_than_it_needs(shop: Deployment, strimzi: bool) -> None:
    pods = [
        manifest["spec"]["template"]["spec"]
        for manifest in manifests(render_kubernetes(shop, strimzi=strimzi))
        if manifest["kind"] in {"StatefulSet", "Deployment", "Job"}
    ]
    assert len(pods) == len(shop.services) + 1
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsNonRoot"]
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_secrets_are_named_and_never_written(shop: Deployment) -> None:
    for strimzi in (False, True):
        files = render_kubernetes(shop, strimzi=strimzi)
        assert not [one for one in manifests(files) if one["kind"] == "Secret"]
        for text in files.values():
            assert "SASL_PASSWORD, value" not in text
            assert "FOLDLINE_TOKEN, value" not in text


def test_strimzis_users_may_do_what_their_services_need_and_no_more(shop: Deployment) -> None:
    kafka = [*yaml.safe_load_all(render_kubernetes(shop, strimzi=True)["deploy/kubernetes/kafka.yaml"])]
    users = {
        one["metadata"]["name"]: one["spec"]["authorization"]["acls"] for one in kafka if one["kind"] == "KafkaUser"
    }
    writers = {
        (user, acl["resource"]["name"]) for user, acls in users.items() for acl in acls if "Write" in acl["operations"]
    }
    assert writers == {(topic, f"eventbus.{topic}") for topic in ("products", "customers", "purchases")}
    assert [acl["resource"]["name"] for acl in users["dashboard"]] == [f"eventbus.{topic}" for topic in list(users)[:3]]
    assert {operation for acl in users["topics"] for operation in acl["operations"]} >= {"Create", "Describe"}


def test_the_ingress_routes_nothing_of_the_operators(shop: Deployment) -> None:
    ingress = yaml.safe_load(render_kubernetes(shop)["deploy/kubernetes/ingress.yaml"])
    for one in ingress["spec"]["rules"][0]["http"]["paths"]:
        assert not one["path"].startswith(("/-", "/metrics", "/livez", "/readyz"))
        assert (one["path"], one["pathType"]) != ("/", "Prefix")


def test_an_ingress_without_a_host_serves_any(deploy: Deploy) -> None:
    ingress = yaml.safe_load(render_kubernetes(deploy(image="shop"))["deploy/kubernetes/ingress.yaml"])
    assert "tls" not in ingress["spec"]
    assert [*ingress["spec"]["rules"][0]] == ["http"]


def test_the_network_lets_services_speak_to_brokers_where_they_are(deploy: Deploy) -> None:
    files = render_kubernetes(deploy(image="shop", brokers="a:9094,b:9095"))
    assert yaml.safe_load(files["deploy/kubernetes/config.yaml"])["data"]["KAFKA_BROKERS"] == "a:9094,b:9095"
    egress = yaml.safe_load(files["deploy/kubernetes/network.yaml"])["spec"]["egress"]
    assert egress[-1] == {"ports": [{"port": 9094}, {"port": 9095}]}


# --- all ---


@pytest.mark.parametrize("name", ["topics", "kafka", "balancer", "client"])
def test_a_service_is_not_named_as_what_stands_beside_it(deploy: Deploy, name: str) -> None:
    with pytest.raises(TopologyError, match=rf"services\.{name}: a deployment has"):
        deploy({name: {"queries": ["products"]}})


def test_the_whole_is_named_after_the_image_as_any_system_takes_it(deploy: Deploy) -> None:
    assert deploy(image="localhost:5000/team/my_shop.web:1.2").name == "my-shop-web"


@pytest.mark.parametrize("render", [render_kontena, render_kubernetes])
def test_functions_apart_at_one_path_are_refused_where_only_paths_count(
    deploy: Deploy, render: Callable[[Deployment], Mapping[str, str]]
) -> None:
    with pytest.raises(TopologyError, match="/products is answered by reads and writes"):
        render(deploy({"reads": {"queries": ["products"]}, "writes": {"commands": ["products"]}}))
