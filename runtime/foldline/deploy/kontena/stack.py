"""What kontena.yml says as a whole: that it is complete, and that its parts fit together."""

from collections.abc import Iterator, Mapping
from typing import Any

from foldline.deploy.kontena.service import CONDITION, IMAGE, service_findings
from foldline.deploy.kontena.shapes import Finding, Path, among, any_mapping, each, either, like, mapping, string
from foldline.nearest import nearest

_TOP = (
    *("stack", "version", "description", "labels", "variables", "expose", "depends"),
    *("services", "volumes", "networks", "data", "errors"),
)
_STACK = r"(.+?/)?(?!-)[a-z0-9-]+(:[\w.-]+)?"
_SERVICE = r"(?!-)[a-z0-9-]+"
_LONGEST_NAME = 64

_VOLUME = mapping(
    {
        "external": either("true, or {name: ...}", among(True), mapping({"name": string}, required=("name",))),
        "only_if": CONDITION,
        "skip_if": CONDITION,
    },
    required=("external",),
)
_DEPENDENCY = mapping({"stack": string, "variables": any_mapping}, required=("stack",))


def stack_findings(stack: Mapping[str, Any], grid: str) -> Iterator[Finding]:
    """All that is wrong in a rendered file, but for its variables. `grid` is where it is to run."""
    yield from _top(stack)
    services, volumes = _mapping(stack, "services"), _mapping(stack, "volumes")
    yield from _section(stack, "services")
    yield from _section(stack, "volumes")
    if not services and not volumes:
        yield Finding(("services",), "there are neither services nor volumes")
    for name, service in services.items():
        path = ("services", name)
        yield from _service_name(name, service, str(stack.get("stack", "")), grid)
        yield from service_findings(service, path, volumes)
        yield from _image(name, services)
        yield from _references(service, path, services)
    for name, volume in volumes.items():
        yield from _VOLUME(volume, ("volumes", name))
    yield from _cycles(services)
    yield from _surroundings(stack, services)


def _mapping(stack: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = stack.get(key)
    return found if isinstance(found, dict) else {}


def _section(stack: Mapping[str, Any], key: str) -> Iterator[Finding]:
    if stack.get(key) is not None:
        yield from any_mapping(stack[key], (key,))


def _top(stack: Mapping[str, Any]) -> Iterator[Finding]:
    for key in stack:
        if key not in _TOP:
            yield Finding((key,), f"Kontena does not know it{nearest(str(key), _TOP)}", notification=True)
    if not stack.get("stack"):
        yield Finding(("stack",), "it is missing: the stack's name, such as foldline/shop")
    else:
        for finding in like(_STACK, "foldline/shop")(stack["stack"], ("stack",)):
            yield finding._replace(notification=True)
    if "networks" in stack:
        yield Finding(("networks",), "Kontena has one network for all services of a grid", notification=True)


def _service_name(name: Any, service: Any, stack: str, grid: str) -> Iterator[Finding]:
    path = ("services", name)
    for finding in like(_SERVICE, "products")(name, path):
        yield finding._replace(notification=True)
    instances = service.get("instances") if isinstance(service, dict) else None
    last = instances if type(instances) is int else 1
    host = f"{name}-{last}.{stack.rpartition('/')[2].partition(':')[0]}.{grid}.kontena.local"
    if len(host) > _LONGEST_NAME:
        yield Finding(path, f"its host's name, {host}, is longer than {_LONGEST_NAME} characters")


def _image(name: Any, services: Mapping[str, Any]) -> Iterator[Finding]:
    """It may come from another service; whether one of another file has it cannot be seen here."""
    passed: list[Any] = []
    current = name
    while current in services and current not in passed:
        passed.append(current)
        service = services[current]
        if not isinstance(service, dict) or _is_elsewhere(service.get("extends")):
            return
        if image := service.get("image"):
            yield from _name_to_build(image, name, services)
            return
        current = _extended(service)
    if current is not None and current not in passed:
        yield Finding(
            ("services", passed[-1], "extends"), f"there is no service {current}{nearest(current, map(str, services))}"
        )
    else:
        yield Finding(("services", name, "image"), "it is missing; a service that is built needs one too")


def _is_elsewhere(extends: Any) -> bool:
    return isinstance(extends, dict) and ("file" in extends or "stack" in extends)


def _extended(service: Mapping[str, Any]) -> str | None:
    extends = service.get("extends")
    name = extends.get("service") if isinstance(extends, dict) else extends
    return name if isinstance(name, str) else None


def _name_to_build(image: Any, name: Any, services: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(image, str) and "build" in services[name]:
        yield from like(IMAGE, "registry.example.com/shop:1.2")(image, ("services", name, "image"))


def _references(service: Any, path: Path, services: Mapping[str, Any]) -> Iterator[Finding]:
    for key in ("links", "depends_on"):
        for index, target in enumerate(_listed(service, key)):
            if "/" not in target and target.partition(":")[0] not in services:
                near = nearest(target.partition(":")[0], map(str, services))
                yield Finding((*path, key, index), f"there is no service {target.partition(':')[0]}{near}")


def _listed(service: Any, key: str) -> list[str]:
    found = service.get(key) if isinstance(service, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _cycles(services: Mapping[str, Any]) -> Iterator[Finding]:
    """A service that is linked to itself, by however many steps."""
    after = {
        name: {target.partition(":")[0] for key in ("links", "depends_on") for target in _listed(service, key)}
        for name, service in services.items()
    }
    for name, direct in after.items():
        reached, waiting = set[str](), [*direct]
        while waiting:
            step = waiting.pop()
            if step not in reached:
                reached.add(step)
                waiting += after.get(step, ())
        if name in reached:
            yield Finding(("services", name), "its links and depends_on lead back to itself")


def _surroundings(stack: Mapping[str, Any], services: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _section(stack, "depends")
    for name, dependency in _mapping(stack, "depends").items():
        yield from _DEPENDENCY(dependency, ("depends", name))
        if name in services:
            yield Finding(("depends", name), "a service has this name")
    if (exposed := stack.get("expose")) is not None and str(exposed) not in services:
        yield Finding(("expose",), f"there is no service {exposed}{nearest(str(exposed), map(str, services))}")
    if "labels" in stack:
        yield from each(like(r"[a-z0-9.-]+=.*", "team=shop"))(stack["labels"], ("labels",))
