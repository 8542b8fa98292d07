"""Every rule of the format, each with what is right and what is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from foldline.deploy.kontena.check import Report

Check = Callable[..., Report]


def service(lines: str) -> str:
    """A file in which the service `web` has these lines besides."""
    inner = "".join(f"    {line}\n" for line in (lines or "# nothing more").splitlines())
    return f"stack: foldline/shop\nservices:\n  web:\n    image: web:1\n{inner}"


def top(lines: str) -> str:
    """A file that says this besides."""
    return service("") + lines + "\n"


def variable(lines: str) -> str:
    """A file with a variable."""
    return top("variables:\n  size:\n" + "".join(f"    {line}\n" for line in lines.splitlines()))


class Case(NamedTuple):
    rule: int
    good: str
    bad: str
    said: str
    """What is said of the bad one: where, and the beginning of what."""


CASES = [
    Case(1, top("description: A shop"), top("descripton: A shop"), "6 descripton: Kontena does not know it; did you"),
    Case(2, service(""), service("").replace("stack: foldline/shop\n", ""), "1 stack: it is missing"),
    Case(2, service(""), service("").replace("foldline/shop", "foldline/Shop"), "1 stack: it looks like foldline/shop"),
    Case(3, service(""), "stack: a/b\n", "1 services: there are neither services nor volumes"),
    Case(3, service(""), "stack: a/b\nservices: [web]\n", "2 services: it is a mapping"),
    Case(3, service(""), service("").replace("    image: web:1\n", ""), "3 services.web: it is a mapping"),
    Case(3, service(""), service("").replace("  web:", "  Web:"), "3 services.Web: it looks like products"),
    Case(3, service(""), service("").replace("  web:", f"  {'w' * 40}:"), f"3 services.{'w' * 40}: its host's name"),
    Case(
        4, service("shm_size: 64m"), service("shm-size: 64m"), "5 services.web.shm-size: there is no such key; did you"
    ),
    Case(
        4,
        service("logging: {driver: fluentd}"),
        service("logging: {drivr: fluentd}"),
        "5 services.web.logging.drivr: there is no such key; did you mean driver?",
    ),
    Case(
        5,
        service("mem_limit: 64m"),
        service("memswap_limit: 64m"),
        "5 services.web.memswap_limit: there is no such key",
    ),
    Case(5, service("mem_limit: 64m"), service("mem_swaplimit: 64m"), "5 services.web.mem_swaplimit: Kontena takes no"),
    Case(
        5, service("network_mode: host"), service("net: host"), "5 services.web.net: there is no such key; it is netwo"
    ),
    Case(
        5, service('links: ["db/web:db"]'), service("external_links: [db]"), "5 services.web.external_links: Kontena t"
    ),
    Case(
        6,
        service("") + "  more:\n    extends: web\n",
        service("") + "  more:\n    build: .\n",
        "6 services.more.image: it is missing; a service that is built needs one too",
    ),
    Case(
        6,
        service(""),
        service("") + "  more: {extends: wbe}\n",
        "6 services.more.extends: there is no service wbe; did",
    ),
    Case(
        6, service(""), "stack: a/b\nservices:\n  a: {extends: b}\n  b: {extends: a}\n", "3 services.a.image: it is mis"
    ),
    Case(
        7, service("command: a b"), service("command: [a, b]"), "5 services.web.command: it is a text, not ['a', 'b']"
    ),
    Case(7, service("stateful: true"), service("stateful: 'true'"), "5 services.web.stateful: it is true or false"),
    Case(7, service("instances: 2"), service("instances: true"), "5 services.web.instances: it is a whole number"),
    Case(
        7, service("cpu_shares: 1024"), service("cpu_shares: 1025"), "5 services.web.cpu_shares: it is a whole number f"
    ),
    Case(7, service("cpus: 1.0"), service("cpus: 1"), "5 services.web.cpus: it is a number with a point, such as 1.0"),
    Case(
        8,
        service("environment: {A: 1}"),
        service("environment: {A: 1.5}"),
        "5 services.web.environment.A: it is a text",
    ),
    Case(
        8,
        service("environment: [A=1]"),
        service("environment: [A]"),
        "5 services.web.environment.0: it looks like NAME=",
    ),
    Case(9, service('ports: ["80:80"]'), service('ports: ["80"]'), "5 services.web.ports.0: it looks like 80:8000"),
    Case(
        9,
        service('ports: ["3000:22"]'),
        service("ports: [3000:22]"),
        "5 services.web.ports.0: it is a text, not 180022",
    ),
    Case(
        10,
        service("build: ."),
        service("build: {dockerfile: Dockerfile}"),
        "5 services.web.build.context: it is missing",
    ),
    Case(
        10,
        service("build: ."),
        service("build: {context: ., dockerfile: Other}"),
        "5 services.web.build: there is no Other",
    ),
    Case(
        10,
        service("build: ."),
        service("build: .").replace("web:1", "Web 1"),
        "4 services.web.image: it looks like regi",
    ),
    Case(
        11,
        service("deploy: {strategy: ha}"),
        service("deploy: {strategy: all}"),
        "5 services.web.deploy.strategy: it is",
    ),
    Case(
        11,
        service("deploy: {min_health: 1.0}"),
        service("deploy: {min_health: 1}"),
        "5 services.web.deploy.min_health: ",
    ),
    Case(
        11,
        service("deploy: {interval: 5min}"),
        service("deploy: {interval: 5m}"),
        "5 services.web.deploy.interval: it l",
    ),
    Case(
        12,
        service("health_check: {protocol: http, port: 80, uri: /}"),
        service("health_check: {protocol: http, uri: /}"),
        "5 services.web.health_check.port: it is missing",
    ),
    Case(
        12,
        service("health_check: {protocol: tcp, port: 80}"),
        service("health_check: {protocol: tcp, port: 80, interval: 5}"),
        "5 services.web.health_check.interval: it is 5 s, less than the timeout, 10 s",
    ),
    Case(
        13,
        service('hooks: {pre_start: [{name: a, cmd: b, instances: "*"}]}'),
        service('hooks: {pre_start: [{name: a, cmd: b, instance: "*"}]}'),
        "5 services.web.hooks.pre_start.0.instances: it is missing",
    ),
    Case(
        13,
        service("hooks: {pre_build: [{name: a, cmd: b}]}"),
        service("hooks: {pre_build: [{name: a}]}"),
        "5 services.web.hooks.pre_build.0.cmd: it is missing",
    ),
    Case(
        14,
        service("secrets: [{secret: A, name: B, type: env}]"),
        service("secrets: [{secret: A, name: B, type: file}, {secret: A, name: B, type: env}]"),
        "5 services.web.secrets.0.type: it is one of env, not 'file'",
    ),
    Case(
        14,
        service("certificates: [{subject: a.b, name: B, type: env}]"),
        service("certificates: [{subject: a.b, name: B, type: env, key: c}]"),
        "5 services.web.certificates.0.key: there is no such key",
    ),
    Case(
        15,
        service("affinity: [label==ssd]"),
        service("affinity: [label=ssd]"),
        "5 services.web.affinity.0: it looks like",
    ),
    Case(
        16,
        service("network_mode: bridge"),
        service("network_mode: none"),
        "5 services.web.network_mode: it is one of hos",
    ),
    Case(16, service("pid: host"), service("pid: container"), "5 services.web.pid: it is one of host"),
    Case(
        16, service("stop_signal: SIGTERM"), service("stop_signal: TERM"), "5 services.web.stop_signal: it is a signal"
    ),
    Case(
        16,
        service("stop_signal: 15"),
        service("stop_signal: true"),
        "5 services.web.stop_signal: it is a signal, not Tru",
    ),
    Case(
        16,
        service("stop_grace_period: 10s"),
        service("stop_grace_period: 10"),
        "5 services.web.stop_grace_period: it lo",
    ),
    Case(
        17,
        service("volumes: ['data:/data', /tmp, '/etc:/etc:ro']") + "volumes: {data: {external: true}}\n",
        service("volumes: ['data:/data']"),
        "5 services.web.volumes.0: the stack declares no volume data",
    ),
    Case(
        17,
        service("volumes: [/a]"),
        service("volumes: [/a, '/b:/a']"),
        "5 services.web.volumes.1: /a is mounted a secon",
    ),
    Case(
        17,
        top("volumes: {data: {external: {name: d}}}"),
        top("volumes: {data: {driver: local}}"),
        "6 volumes.data.external: it is missing",
    ),
    Case(
        17, top("volumes: {d: {external: true}}"), top("volumes: {d: {external: false}}"), "6 volumes.d.external: it is"
    ),
    Case(
        17,
        service("volumes_from: [web]"),
        service("volumes_from: [web]\nstateful: true"),
        "5 services.web.volumes_from: a stateful service cannot take volumes from others",
    ),
    Case(
        18, top("depends: {db: {stack: a/db}}"), top("depends: {db: {image: a}}"), "6 depends.db.stack: it is missing"
    ),
    Case(
        18,
        top("depends: {db: {stack: a/db}}"),
        top("depends: {web: {stack: a/db}}"),
        "6 depends.web: a service has this",
    ),
    Case(18, top("expose: web"), top("expose: wep"), "6 expose: there is no service wep; did you mean web?"),
    Case(18, top("labels: [team=shop]"), top("labels: [Team=shop]"), "6 labels.0: it looks like team=shop"),
    Case(18, service(""), top("networks: {a: {}}"), "6 networks: Kontena has one network for all"),
    Case(
        18,
        service("") + "  db: {image: db, links: [web]}\n",
        service("depends_on: [db]") + "  db: {image: db, links: [web]}\n",
        "3 services.web: its links and depends_on lead back to itself",
    ),
    Case(18, service(""), service("links: [wep]"), "5 services.web.links.0: there is no service wep"),
    Case(
        19, variable("type: integer\nvalue: 1"), variable("type: number\nvalue: 1"), "8 variables.size.type: it is one"
    ),
    Case(19, variable("type: string\ndefault: a"), variable("type: string"), "7 variables.size: it has no value"),
    Case(19, variable("type: string\nrequired: false"), variable("type: string"), "7 variables.size: it has no value"),
    Case(
        19, variable("type: string\nfrom: prompt"), variable("type: string\nfrom: promt"), "9 variables.size.from.promt"
    ),
    Case(
        19,
        variable("type: string\nvalue: a\nto: {env: A}"),
        variable("type: string\nvalue: a\nto: {file: A}"),
        "10 variables.size.to.file: there is no such thing",
    ),
    Case(
        19,
        variable("type: string\nfrom: {service_link: {prompt: a}}"),
        variable("type: string\nfrom: {service_link: {hint: a}}"),
        "9 variables.size.from.service_link.prompt: it is missing",
    ),
    Case(
        19,
        variable("type: enum\nvalue: a\noptions: [{value: a, description: A}]"),
        variable("type: enum\nvalue: a\noptions: [{value: a, label: A}]"),
        "10 variables.size.options.0.description: it is missing",
    ),
    Case(
        19,
        variable("type: integer\nvalue: 3"),
        variable("type: integer\nvalue: x"),
        "7 variables.size: it is a whole nu",
    ),
    Case(
        19,
        variable("type: integer\nmin: 2\nvalue: 3"),
        variable("type: integer\nmin: 2\nvalue: 1"),
        "7 variables.size: it is 1, beyond its min, 2",
    ),
    Case(
        19,
        variable("type: enum\noptions: [a]\nvalue: a"),
        variable("type: enum\noptions: [a]\nvalue: b"),
        "7 variables.",
    ),
    Case(20, service("only_if: [a, b]"), service("only_if: 1"), "5 services.web.only_if: it is a variable's name"),
    Case(20, service("skip_if: {a: 1}"), service("skip_if: true"), "5 services.web.skip_if: it is a variable's name"),
    Case(
        20,
        variable("type: string\nvalue: a\nonly_if: b"),
        variable("type: string\nvalue: a\nonly_if: 2"),
        "10 variables.size.only_if: it is a variable's name",
    ),
    Case(
        20,
        top("volumes: {d: {external: true, skip_if: a}}"),
        top("volumes: {d: {external: true, skip_if: 1}}"),
        "6 volumes.d.skip_if: it is a variable's name",
    ),
]


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(range(1, 21))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.said.split()[1].rstrip(':')}")
def test_a_good_file_passes_and_a_bad_one_is_told_why(check: Check, tmp_path: Path, case: Case) -> None:
    (tmp_path / "Dockerfile").touch()
    assert check(case.good).problems == []
    problems = check(case.bad).problems
    assert [problem for problem in problems if problem.startswith(f"kontena.yml:{case.said}")], problems


def test_all_that_is_wrong_is_told_at_once(check: Check) -> None:
    text = (
        service("cpus: 1\nports: [80]\nsecrets: [{secret: A}, {name: B}]") + "expose: no\nvariables: {a: {type: no}}\n"
    )
    places = [problem.split()[1].rstrip(":") for problem in check(text).problems]
    assert places == [
        "variables.a.type",
        "variables.a",
        *("services.web.cpus", "services.web.ports.0"),
        *(f"services.web.secrets.0.{key}" for key in ("name", "type")),
        *(f"services.web.secrets.1.{key}" for key in ("secret", "type")),
        "expose",
    ]


def test_kontena_warns_of_meta_and_reads_it(check: Check) -> None:
    report = check(top("meta: {tags: [shop]}"))
    assert report.problems == []
    assert report.remarks == ["kontena.yml:6 meta: Kontena does not know it; known are " + KNOWN]


KNOWN = "data, depends, description, errors, expose, labels, networks, services, stack, variables, version, volumes"
