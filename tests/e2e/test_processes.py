"""A service as a process: how it starts, stops, and survives what is done to it."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests
from brokers import Broker
from ports import free_port
from services import Service, Shop, eventually

from foldline.log.open import open_log
from foldline.log.port import Partition

TEA = '{"name": "Tea", "price": 1.50}'


def record_ids(shop: Shop) -> list[bytes | None]:
    """The `ce_id` of every record of a product on the embedded log."""
    topic = shop.topic("products")
    with closing(open_log(f"sqlite:{shop.folder}/var/log.db", {}, "another program")) as log:
        records = [record for number in range(3) for record in log.read(Partition(topic, number), 0, 10_000)]
    return [dict(record.headers)["ce_id"] for record in records]


# --- starting ---


def test_a_broken_functions_file_ends_the_start_with_file_and_line(shop: Shop) -> None:
    (shop.folder / "functions/commands/products.py").write_text("from foldline import command\n\ndef create(:\n")
    products = shop.start("products")
    assert products.wait_ended() == 7
    assert "functions/commands/products.py:3: SyntaxError" in products.output()


def test_a_missing_topic_on_kafka_ends_the_start_and_says_how_to_create_it(shop: Shop, broker: Broker) -> None:
    shop.log = broker.url
    products = shop.start("products")
    assert products.wait_ended() != 0
    assert shop.topic("products") in products.output()
    assert "`foldline topics create`" in products.output()


def test_a_second_process_on_the_same_state_says_who_has_it(shop: Shop) -> None:
    first = shop.serve("products", state="var/one.db")
    second = shop.start("products", state="var/one.db")
    assert second.wait_ended(30) != 0  # it tries for 10 s
    assert f"process {first.worker}" in second.output()
    assert "FOLDLINE_STATE" in second.output()
    assert first.get("/products").status_code == 200


def test_one_worker_on_the_services_own_port_whatever_the_environment_says(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    for name, value in {"PORT": str(port), "WEB_CONCURRENCY": "4", "GUNICORN_CMD_ARGS": "--workers 3"}.items():
        monkeypatch.setenv(name, value)
    products = shop.serve("products")
    assert products.worker  # its only one
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/livez", timeout=5)


def test_a_changed_function_is_picked_up(shop: Shop) -> None:
    products = shop.serve("products", "--reload")
    functions = shop.folder / "functions/queries/products.py"
    before = functions.read_text()

    def answer() -> requests.Response | None:
        try:
            return products.get("/products")
        except requests.ConnectionError:
            return None

    functions.write_text(before.replace("return products.page(**args)", 'return [{"name": "changed"}]'))
    eventually(lambda: (now := answer()) is not None and now.text == '[{"name":"changed"}]')
    functions.write_text("a mistake")
    eventually(lambda: "functions/queries/products.py:1" in products.output())
    functions.write_text(before)
    eventually(lambda: (now := answer()) is not None and now.text == "[]")
    products.stop()


# --- stopping ---


def test_requests_under_way_are_answered_before_it_stops(shop: Shop) -> None:
    """Eight writes wait until the other replica has written; only then do they go on, and are answered."""
    leaving, staying = shop.start("products", threads="16"), shop.serve("products")
    leaving.wait_ready()
    made = staying.post("/products", TEA)
    topic, _, offset = made.headers["Log-Position"].rpartition("@")
    coming = f"{topic}@{int(offset) + 1}"
    with ThreadPoolExecutor(12) as pool:
        sent = [pool.submit(leaving.post, "/products", TEA, log_position=coming, prefer="wait=8") for _ in range(12)]
        eventually(lambda: sum(answer.done() for answer in sent) == 4)  # half of the threads wait, the rest is refused
        waiting = [answer for answer in sent if not answer.done()]
        started = time.monotonic()
        leaving.terminate()
        eventually(lambda: refuses(leaving))
        while staying.put(made.headers["Location"], TEA).headers["Log-Position"] != coming:
            pass
        answers = [answer.result() for answer in waiting]
    assert leaving.wait_ended() == 0, leaving.output()
    assert time.monotonic() - started < 5
    assert {answer.status_code for answer in answers} == {201}
    for answer in answers:
        read = staying.get(answer.headers["Location"], log_position=answer.headers["Log-Position"])
        assert read.content == answer.content


def refuses(service: Service) -> bool:
    """Whether it takes no more connections."""
    try:
        service.get("/livez")
    except requests.ConnectionError:
        return True
    return False


def test_whatever_is_asked_while_it_stops_is_answered_or_refused_as_a_whole(shop: Shop) -> None:
    """No client is left with half an answer, or with a write that it was not told of."""
    leaving, staying = shop.start("products"), shop.serve("products")
    leaving.wait_ready()
    told: list[requests.Response] = []

    def write() -> None:
        while True:
            try:
                told.append(leaving.post("/products", TEA))
            except requests.ConnectionError:
                return

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    eventually(lambda: len(told) > 100)
    leaving.terminate()
    assert leaving.wait_ended() == 0, leaving.output()
    for writer in writers:
        writer.join()
    assert {answer.status_code for answer in told} == {201}
    assert staying.get("/readyz").status_code == 200
    assert len(record_ids(shop)) == len(told)


def test_nothing_that_never_ends_keeps_it_from_stopping(shop: Shop) -> None:
    """Neither clients that say nothing or half of a request, nor one that waits for what does not come."""
    products = shop.serve("products")
    never = f"{shop.topic('products')}-0@99999999"
    with (
        products.connection(),
        products.connection(b"POST /products HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"),
        products.connection(b"GET /products HT"),
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(products.get, "/products", log_position=never, prefer="wait=10")
        eventually(lambda: products.get("/products").status_code == 200)
        started = time.monotonic()
        products.terminate()
        assert waiting.result().status_code == 503
        assert products.wait_ended() == 0, products.output()
    assert time.monotonic() - started < 5


def test_while_it_drains_it_goes_on_and_tells_clients_to_go(shop: Shop) -> None:
    products = shop.serve("products", drain="1")
    assert products.get("/products").headers["Connection"] == "keep-alive"
    started = time.monotonic()
    products.terminate()
    eventually(lambda: products.get("/readyz").status_code == 503, 0.9)
    assert products.get("/readyz").json()["reasons"] == ["it is stopping"]
    made = products.post("/products", TEA)
    assert (made.status_code, made.headers["Connection"]) == (201, "close")
    assert products.wait_ended() == 0
    assert 1 <= time.monotonic() - started < 6


def test_ctrl_c_stops_it_in_good_order(shop: Shop) -> None:
    products = shop.serve("products")
    os.killpg(products.process.pid, signal.SIGINT)  # a terminal sends it to all
    assert products.wait_ended() == 0, products.output()
    assert "Traceback" not in products.output()


# --- surviving ---


def test_a_killed_worker_is_replaced_and_nothing_acknowledged_is_lost(shop: Shop) -> None:
    products = shop.serve("products")
    told: list[requests.Response] = []
    enough = threading.Event()

    def write() -> None:
        while not enough.is_set():
            try:
                told.append(products.post("/products", TEA))
            except requests.RequestException:  # refused, or cut off
                continue

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for _ in range(2):
        before, worker = len(told), products.worker
        eventually(lambda before=before: len(told) > before + 50)  # type: ignore[misc]
        os.kill(worker, signal.SIGKILL)
        eventually(lambda worker=worker: products.worker not in {0, worker})  # type: ignore[misc]
    products.wait_ready()
    eventually(lambda: told[-1].status_code == 201)
    enough.set()
    for writer in writers:
        writer.join()
    acknowledged = [answer for answer in told if answer.status_code == 201]
    assert {answer.status_code for answer in told} <= {201, 503}
    for answer in acknowledged:
        assert products.get(answer.headers["Location"]).content == answer.content
    ids = record_ids(shop)
    assert len(set(ids)) == len(ids) >= len(acknowledged)


def test_a_killed_service_goes_on_where_it_was(shop: Shop) -> None:
    products = shop.serve("products", state="var/state.db")
    made = [products.post("/products", TEA) for _ in range(20)]
    products.kill()
    again = shop.serve("products", state="var/state.db")
    for answer in made:
        read = again.get(answer.headers["Location"])
        assert (read.content, read.headers["ETag"]) == (answer.content, answer.headers["ETag"])
    assert again.get("/-/status").json()["counters"].get("records", 0) == 0


def test_a_lost_state_is_folded_anew(shop: Shop) -> None:
    products = shop.serve("products", state="var/state.db")
    made = products.post("/products", TEA)
    products.stop()
    for file in (shop.folder / "var").glob("state.db*"):
        file.unlink()
    assert shop.serve("products", state="var/state.db").get(made.headers["Location"]).content == made.content
