"""What one service in kontena.yml may say."""

from collections.abc import Iterator, Mapping
from typing import Any

from foldline.deploy.kontena.shapes import (
    Finding,
    Path,
    Shape,
    among,
    any_mapping,
    between,
    boolean,
    each,
    either,
    floating,
    integer,
    like,
    mapping,
    optional,
    string,
)

CONDITION = either(
    "a variable's name, a list of them, or a mapping of names and values", string, each(string), any_mapping
)
"""`only_if` and `skip_if`."""

IMAGE = r"[a-z0-9][a-z0-9._/:-]*(:[\w][\w.-]*)?(@sha256:[0-9a-f]{64})?"
_NUMBER = r"[0-9]+"
_PORT = rf"(([0-9.]+:)?{_NUMBER}:{_NUMBER})(/(tcp|udp))?"


def _environment_value(value: Any, path: Path) -> Iterator[Finding]:
    if not isinstance(value, str | int | None):
        yield Finding(path, f"it is a text, a whole number, true, false or nothing, not {value!r}; put it in quotes")


def _environment(value: Any, path: Path) -> Iterator[Finding]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _environment_value(one, (*path, name))
        return
    yield from each(like(r"(?s)[^=]+=.*", "NAME=value"))(value, path)


def _ignored(advice: str) -> Shape:
    def check(value: Any, path: Path) -> Iterator[Finding]:  # noqa: ARG001 - a shape
        yield Finding(path, f"Kontena takes no notice of it; {advice}", notification=True)

    return check


def _hooks(*, one_off: bool) -> Shape:
    known = {"name": string, "cmd": string}
    if one_off:
        return each(mapping(known, required=("name", "cmd")), text=False)
    instances = either('a whole number or "*"', integer, among("*"))
    known |= {"instances": instances, "oneshot": boolean}
    hints = {"instance": "it is instances"}
    return each(mapping(known, required=("name", "cmd", "instances"), hints=hints), text=False)


def _health_check(value: Any, path: Path) -> Iterator[Finding]:
    yield from _HEALTH_CHECK(value, path)
    if isinstance(value, dict):
        interval, timeout = value.get("interval", 60), value.get("timeout", 10)
        if isinstance(interval, int) and isinstance(timeout, int) and interval < timeout:
            yield Finding((*path, "interval"), f"it is {interval} s, less than the timeout, {timeout} s")


_HEALTH_CHECK = mapping(
    {
        "protocol": among("http", "tcp"),
        "port": between(1, 65_535),
        "uri": like(r"/\S*", "/livez"),
        "timeout": integer,
        "interval": integer,
        "initial_delay": integer,
    },
    required=("protocol", "port"),
)

_DEPLOY = mapping(
    {
        "strategy": among("ha", "daemon", "random"),
        "wait_for_port": integer,
        "min_health": floating,
        "interval": like(r"[0-9]+(min|h|d|)", "30min"),
    }
)

_BUILD = either(
    "a folder, or a mapping with a context",
    string,
    mapping(
        {
            "context": string,
            "dockerfile": string,
            "args": either("a list or a mapping", each(string), any_mapping),
        },
        required=("context",),
    ),
)

_EXTENDS = either(
    "a service's name, or a mapping",
    string,
    mapping({"service": string, "file": string, "stack": string}, required=("service",)),
)

_SECRET = mapping({"secret": string, "name": string, "type": among("env")}, required=("secret", "name", "type"))
_CERTIFICATE = mapping({"subject": string, "name": string, "type": among("env")}, required=("subject", "name", "type"))
_VOLUME = like(r"((/|[A-Za-z0-9])[^:]*:)?/[^:]*(:[a-z,]+)?", "name:/path, /host/path:/path or /path")
_NO_SWAP = "leave it out"

KEYS: Mapping[str, Shape] = {
    "image": optional(string),
    "extends": _EXTENDS,
    "stateful": boolean,
    "affinity": each(like(r".+(==|!=).+", "label==ssd or node!=one")),
    "cap_add": each(string),
    "cap_drop": each(string),
    "command": string,
    "cpus": floating,
    "cpu_shares": between(0, 1024),
    "external_links": _ignored('write links: ["stack/service:alias"]'),
    "mem_limit": string,
    "mem_swaplimit": _ignored(_NO_SWAP),
    "shm_size": string,
    "environment": _environment,
    "env_file": either("a text or a list", string, each(string)),
    "instances": integer,
    "links": optional(each(string)),
    "ports": each(like(_PORT, "80:8000, 127.0.0.1:80:8000 or 53:53/udp")),
    "pid": among("host"),
    "privileged": boolean,
    "user": string,
    "volumes": each(_VOLUME),
    "volumes_from": each(string),
    "secrets": each(_SECRET, text=False),
    "certificates": each(_CERTIFICATE, text=False),
    "hooks": mapping(
        {
            "pre_build": _hooks(one_off=True),
            "pre_start": _hooks(one_off=False),
            "post_start": _hooks(one_off=False),
            "pre_stop": _hooks(one_off=False),
        }
    ),
    "only_if": CONDITION,
    "skip_if": CONDITION,
    "deploy": _DEPLOY,
    "health_check": _health_check,
    "stop_signal": either("a signal", like(r"SIG[A-Z0-9+-]+", "SIGTERM"), like(_NUMBER, "15"), integer),
    "stop_grace_period": like(r"([0-9]+(\.[0-9]+)?[hms])+", "10s"),
    "read_only": boolean,
    "entrypoint": string,
    "build": _BUILD,
    "depends_on": each(string),
    "network_mode": among("host", "bridge"),
    "logging": mapping({"driver": string, "options": any_mapping}),
}
"""Every key that a service may have, and what may stand there."""

_HINTS = {
    "memswap_limit": "Kontena's own documentation is wrong here; " + _NO_SWAP,
    "net": "it is network_mode",
    "log_driver": "it is logging: {driver: ...}",
    "dockerfile": "it is build: {context: ., dockerfile: ...}",
    "restart": "Kontena starts what ended by itself",
    "healthcheck": "it is health_check",
    "labels": "labels are the stack's",
    "expose": "every port is open to the grid",
    "tmpfs": "volumes without a name are the nearest",
    "networks": "all services of a grid share one",
}

SERVICE = mapping(KEYS, hints=_HINTS)


def service_findings(service: Any, path: Path, volumes: Mapping[str, Any]) -> Iterator[Finding]:
    """All that is wrong with one service by itself; `volumes` are those that the stack declares."""
    yield from SERVICE(service, path)
    if not isinstance(service, dict):
        return
    yield from _mounts(service.get("volumes"), (*path, "volumes"), volumes)
    if service.get("stateful") is True and service.get("volumes_from"):
        yield Finding((*path, "volumes_from"), "a stateful service cannot take volumes from others")


def _mounts(mounts: Any, path: Path, volumes: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, mount in enumerate(mounts if isinstance(mounts, list) else ()):
        if not isinstance(mount, str) or any(_VOLUME(mount, path)):
            continue
        first, _, rest = mount.partition(":")
        inside = rest.partition(":")[0] if rest.startswith("/") else first
        if inside in seen:
            yield Finding((*path, index), f"{inside} is mounted a second time")
        seen.add(inside)
        if not first.startswith("/") and first not in volumes:
            yield Finding((*path, index), f"the stack declares no volume {first}")
