"""Sockets of services that really run: handshakes, restarts, slow clients, the end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from listener import Refused, listening, shake_hands
from replicas import Counters
from services import Service, Shop, eventually
from wsproto.events import Ping

TEA = {"name": "Tea", "price": 1.5}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with closing(Shop(tmp_path / "shop", "sqlite:var/log.db")) as shop:
        yield shop


@pytest.fixture
def products(shop: Shop) -> Service:
    return shop.serve("products")


def refused(url: str, **headers: str) -> tuple[int, str]:
    """Status and head of an answer that is no 101."""
    with pytest.raises(Refused) as caught, listening(url, **headers):
        pass
    return caught.value.status, str(caught.value).lower()


def created(service: Service, **fields: Any) -> str:
    answer = service.post("/products", TEA | fields)
    assert answer.status_code == 201
    entity: str = answer.json()["id"]
    return entity


def counted(service: Service, name: str = "one") -> str:
    entity: str = service.post("/counters", {"name": name}).json()["id"]
    return entity


# --- the handshake ---


def test_a_handshake_is_answered_as_the_rfc_says(products: Service) -> None:
    status, head, sock, _ = shake_hands(products.url, sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==")
    sock.close()
    assert status == 101
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
    assert (headers["upgrade"], headers["connection"]) == ("websocket", "upgrade")
    assert "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    assert "sec-websocket-extensions" not in headers


def test_what_is_no_handshake_is_refused(products: Service) -> None:
    assert products.get("/ws").status_code == 400
    assert refused(products.url, sec_websocket_key="")[0] == 400
    assert refused(products.url, sec_websocket_key="c2hvcnQ=")[0] == 400
    status, head = refused(products.url, sec_websocket_version="8")
    assert (status, "sec-websocket-version: 13" in head) == (426, True)


def test_pages_of_other_origins_are_refused(shop: Shop) -> None:
    products = shop.serve("products", origins="https://shop.example")
    assert refused(products.url, origin="https://evil.example")[0] == 403
    for origin in ("https://shop.example", products.url):
        with listening(products.url, origin=origin) as client:
            assert client.frame()["type"] == "ready"


def test_where_a_token_is_asked_for_a_socket_needs_it(shop: Shop) -> None:
    products = shop.serve("products", token="secret")
    assert refused(products.url)[0] == 401
    assert refused(products.url, cookie="foldline_token=wrong")[0] == 401
    assert refused(products.url, cookie="foldline_token=secret", origin="https://evil.example")[0] == 403
    for headers in ({"authorization": "Bearer secret"}, {"cookie": "foldline_token=secret", "origin": products.url}):
        with listening(products.url, **headers) as client:
            assert client.frame()["type"] == "ready"


def test_more_sockets_than_may_be_are_refused_before_the_upgrade(shop: Shop) -> None:
    products = shop.serve("products", sockets="3")
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(listening(products.url)) for _ in range(3)]
        status, head = refused(products.url)
        assert (status, "retry-after: 1" in head) == (503, True)
        clients[0].sock.close()
        eventually(lambda: shake_and_leave(products.url) == 101)


def shake_and_leave(url: str) -> int:
    status, _, sock, _ = shake_hands(url)
    sock.close()
    return status


# --- what is told ---


def test_no_frame_comes_before_what_it_tells_can_be_read(products: Service) -> None:
    with listening(products.url) as client, ThreadPoolExecutor(2) as pool:
        client.subscribe()
        client.frame()
        writing = [pool.submit(lambda: [created(products) for _ in range(500)]) for _ in range(2)]
        for _ in range(1_000):
            frame = client.frame()
            assert products.get(f"/products/{frame['id']}").json() == frame["entity"]
        assert all(len(set(ids.result())) == 500 for ids in writing)


def test_who_comes_back_after_a_kill_misses_nothing(counters: Counters) -> None:
    replica = counters.start_one()
    with listening(replica.url) as client:
        client.subscribe(after=[])
        client.frame()
        seen = {counted(replica.service) for _ in range(3)}
        frames = client.frames(3)
        assert {frame["id"] for frame in frames} == seen
        after = {frame["position"].partition("@")[0]: frame["position"] for frame in frames}
    missed = [counted(replica.service) for _ in range(20)]
    replica.kill()
    replica.start_again()
    counters.catch_up(replica)
    with listening(replica.url) as client:
        client.subscribe(after=list(after.values()))
        client.frame()
        live = counted(replica.service)
        assert [frame["id"] for frame in client.frames(21)][-1] == live
        client.subscribe(after=list(after.values()))
        assert {frame["id"] for frame in client.frames(21)} == {*missed, live}


def test_idle_sockets_hold_no_threads(shop: Shop) -> None:
    products = shop.serve("products", threads="2", sockets="60")
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(listening(products.url)) for _ in range(60)]
        for client in clients:
            client.subscribe()
            client.frame()
        product = created(products)
        assert [client.frame()["id"] for client in clients] == [product] * 60
        threads = len(list(Path(f"/proc/{products.worker}/task").iterdir()))
        assert threads < 20


def test_pongs_never_come_between_the_parts_of_a_message(tmp_path: Path, topic: str) -> None:
    """A client that pings while it does not read what it is sent gets every answer, in its place."""
    with Counters(tmp_path, f"sqlite:{tmp_path / 'log.db'}", topic) as counters:
        service = counters.start_one().service
        with listening(service.url) as client:
            client.subscribe()
            client.frame()
            for n in range(5):
                counted(service, str(n) * 900_000)
                client.send(Ping(payload=str(n).encode()))
            names = [client.frame()["entity"]["name"] for _ in range(5)]
            assert names == [str(n) * 900_000 for n in range(5)]


# --- the end ---


def test_a_service_that_stops_tells_its_clients_to_come_again(products: Service) -> None:
    with listening(products.url) as client:
        client.frame()
        products.terminate()
        code, reason = client.end()
    assert (code, bool(reason)) == (1012, True)
    assert products.wait_ended() == 0, products.output()
    assert "Traceback" not in products.output()


def test_clients_are_told_while_requests_still_wait(products: Service) -> None:
    with listening(products.url) as client, ThreadPoolExecutor(1) as pool:
        client.frame()
        position = "shop.products-0@999"
        waiting = pool.submit(products.get, "/products", log_position=position, prefer="wait=10")
        created(products)  # by now it waits
        products.terminate()
        assert client.end()[0] == 1012
        assert not waiting.done()
        waiting.result()


def test_a_client_that_does_not_go_holds_no_stop_up(products: Service) -> None:
    with listening(products.url) as client:
        client.frame()
        products.terminate()
        assert products.wait_ended(5) == 0, products.output()
