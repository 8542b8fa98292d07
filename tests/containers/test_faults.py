"""Two instances of each service behind the balancer: whatever happens to one, nobody who uses the shop notices."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import requests
from docker.models.containers import Container  # type: ignore[import-untyped]
from engine import not_run
from replicas import figures
from services import eventually
from stack import SERVICES, Stack, address, is_ready, running_stack, wait_ready
from steady_load import steady_load

Act = Callable[[Container], object]


@pytest.fixture(scope="module")
def stack(image: str) -> Iterator[Stack]:
    with running_stack() as stack:
        yield stack


def start(container: Container) -> None:
    container.start()


def disconnect(container: Container) -> None:
    container.client.networks.get("foldline-tests_default").disconnect(container)


def connect(container: Container) -> None:
    service = container.labels["com.docker.compose.service"]
    container.client.networks.get("foldline-tests_default").connect(container, aliases=[service])


@pytest.mark.parametrize(
    ("fault", "heal"),
    [
        pytest.param(lambda one: one.kill(), start, id="kill -9"),
        pytest.param(lambda one: one.stop(timeout=20), start, id="SIGTERM"),
        pytest.param(lambda one: one.pause(), lambda one: one.unpause(), id="pause"),
        pytest.param(disconnect, connect, id="disconnect"),
    ],
)
def test_no_read_fails_and_no_write_is_lost_or_doubled(stack: Stack, fault: Act, heal: Act) -> None:
    [broken, other] = stack.containers("products")
    with steady_load(stack) as load:
        load.go_on()
        fault(broken)
        load.go_on()
        heal(broken)
        wait_ready(broken, other)
        load.go_on()
    figures(writes=len(load.written), reads=load.reads, longest_read=f"{load.longest_read:.1f} s")


def test_nor_in_a_rolling_restart_of_everything(stack: Stack) -> None:
    with steady_load(stack) as load, ThreadPoolExecutor(len(SERVICES)) as pool:
        for number in range(2):
            load.go_on()
            one_of_each = [stack.containers(service)[number] for service in SERVICES]
            list(pool.map(lambda one: one.restart(timeout=20), one_of_each))
            wait_ready(*one_of_each)
        load.go_on()
    figures(writes=len(load.written), reads=load.reads, longest_read=f"{load.longest_read:.1f} s")


HALF_A_HEAD = b"GET /products HTTP/1.1\r\nHost: x\r\nAccept: "
HALF_A_BODY = b'POST /products HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"n'
WHOLE = b"GET /products HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "sent", [b"", HALF_A_HEAD, HALF_A_BODY, WHOLE], ids=["silent", "half a head", "half a body", "served"]
)
def test_a_flood_of_connections_holds_nobody_up(stack: Stack, sent: bytes) -> None:
    with ExitStack() as flood:
        for _ in range(500):
            connection = flood.enter_context(socket.create_connection(("127.0.0.1", stack.port), 20))
            connection.sendall(sent)
        for _ in range(20):
            answer = requests.get(f"{stack.url}/products", timeout=2)
            assert answer.status_code == 200
        assert write(stack).status_code == 201


def test_without_a_broker_writes_are_refused_honestly_and_reads_go_on(stack: Stack) -> None:
    [broker] = stack.containers("kafka")
    instances = stack.containers("products")
    with stack.client() as client:
        made = [client.Product.create(name=f"before {number}", price=1).id for number in range(10)]
        broker.kill()
        try:
            refused = eventually(lambda: [answer for answer in [write(stack)] if answer.status_code != 201])[0]
            assert (refused.status_code, refused.json()["type"]) in {
                (503, "urn:foldline:problem:not-ready"),
                (504, "urn:foldline:problem:unknown"),
            }
            eventually(lambda: not any(is_ready(one) for one in instances), 60)
            for product in made * 5:
                assert requests.get(f"{stack.url}/products/{product}", timeout=20).status_code == 200
            assert write(stack).status_code == 503
        finally:
            broker.start()
        wait_ready(*instances)
        after = client.Product.create(name="after", price=1).id
        assert {*made, after} <= {one.id for one in client.Product.list()}
        assert client.Product.retrieve(after).history()


def write(stack: Stack) -> requests.Response:
    return requests.post(f"{stack.url}/products", json={"name": "now", "price": 1}, timeout=30)


def test_the_balancer_goes_round_an_instance_that_has_lost_the_broker(stack: Stack) -> None:
    [stalled, other] = stack.containers("products")
    [broker] = stack.containers("kafka")
    with steady_load(stack) as load:
        load.go_on()
        with unheard(stalled, broker):
            eventually(lambda: not is_ready(stalled), 60)
            assert is_ready(other)
            load.go_on(writes=50)
            eventually(lambda: {write(stack).status_code for _ in range(10)} == {201})
        wait_ready(stalled)
        load.go_on()


@contextmanager
def unheard(container: Container, broker: Container) -> Iterator[None]:
    """What the broker sends is lost on its way to the container, which goes on otherwise."""
    if os.geteuid() != 0:
        not_run("only root may have a container's packets dropped")
    source = address(broker).split("/")[2].partition(":")[0]
    process = str(container.attrs["State"]["Pid"])
    rule = ["nsenter", "-t", process, "-n", "iptables", "--wait", "{}", "INPUT", "-s", source, "-j", "DROP"]
    subprocess.run([part.format("-A") for part in rule], check=True)
    try:
        yield
    finally:
        subprocess.run([part.format("-D") for part in rule], check=True)


def test_a_new_instance_is_not_ready_before_it_has_folded_all(stack: Stack) -> None:
    with stack.client() as client:
        there = {one.id for one in client.Product.list()}
    stack.compose("up", "--detach", "--no-recreate", "--scale", "products=3")
    try:
        new = stack.containers("products")[2]
        eventually(lambda: is_ready(new), 60)
        listed = requests.get(f"{address(new)}/-/status", timeout=5).json()["entities"]["products"]
        assert listed >= len(there)
    finally:
        stack.compose("up", "--detach", "--no-recreate", "--scale", "products=2")
