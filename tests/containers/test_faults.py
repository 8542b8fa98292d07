"""Two instances of each service behind the balancer: whatever happens to one, nobody who uses the shop notices."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from docker.models.containers import Container
from stack import SERVICES, Stack, running_stack, wait_ready
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


@pytest.mark.timeout(300)
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
    print(f"{len(load.written)} writes, {load.reads} reads, the longest {load.longest_read:.1f} s")  # noqa: T201


@pytest.mark.timeout(300)
def test_nor_in_a_rolling_restart_of_everything(stack: Stack) -> None:
    with steady_load(stack) as load, ThreadPoolExecutor(len(SERVICES)) as pool:
        for number in range(2):
            load.go_on()
            one_of_each = [stack.containers(service)[number] for service in SERVICES]
            list(pool.map(lambda one: one.restart(timeout=20), one_of_each))
            wait_ready(*one_of_each)
        load.go_on()
    print(f"{len(load.written)} writes, {load.reads} reads, the longest {load.longest_read:.1f} s")  # noqa: T201
