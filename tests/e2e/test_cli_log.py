"""The verbs that look into the log, beside services, on pipes and on a terminal."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from services import RunningShop, Service, Shop, environment
from terminals import Terminal


def test_what_a_service_wrote_is_found_on_the_log_without_it(running: RunningShop, products: Service) -> None:
    created = products.post("/products", {"name": "Log butter", "price": 1.5})
    entity, first = created.json()["id"], created.headers["Log-Position"]
    updated = products.put(f"/products/{entity}", {"name": "Log butter", "price": 2})

    def printed(*arguments: str) -> Any:
        ended = running.shop.foldline(*arguments)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    record = printed("events", "get", first)
    assert (record["type"], record["payload"], record["headers"]["follows"]) == (
        "products.create",
        created.json(),
        "-1",
    )
    assert printed("entity", "get", "products", entity) == updated.json()
    history = printed("entity", "history", "products", entity)
    assert [event["position"] for event in history] == [updated.headers["Log-Position"], first]
    assert [event["entity"] for event in history] == [updated.json(), created.json()]
    assert history == products.get(f"/products/{entity}/history").json()["events"]


@contextmanager
def tailing(running: RunningShop) -> "Iterator[subprocess.Popen[str]]":
    """`foldline events tail` from now on, with its output on a pipe, once it shows what is written."""
    command = [sys.executable, "-m", "foldline", "events", "tail", "products", "-n", "1", "--format", "{name}"]
    shop, pipe = running.shop, subprocess.PIPE
    running.products.post("/products", {"name": "The last", "price": 1})
    with subprocess.Popen(
        command, cwd=shop.folder, env=environment(shop.settings()), stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "The last\n"
        try:
            yield process
        finally:
            process.kill()


def test_records_are_followed_as_they_come_until_ctrl_c(running: RunningShop) -> None:
    with tailing(running) as tail:
        assert tail.stdout is not None
        for name in ("one", "two"):
            running.products.post("/products", {"name": name, "price": 1})
            assert tail.stdout.readline() == f"{name}\n"
        tail.send_signal(signal.SIGINT)
        assert tail.communicate(timeout=20) == ("", "")
        assert tail.returncode == 130


def test_a_closed_pipe_ends_it_without_a_word(running: RunningShop) -> None:
    with tailing(running) as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        tail.stdout.close()
        running.products.post("/products", {"name": "unheard", "price": 1})
        assert tail.wait(20) == 141
        assert tail.stderr.read() == ""


def test_on_a_terminal_a_person_is_asked_and_reads_a_table(shop: Shop) -> None:
    shop.create_topics()

    def at_terminal(*command: str) -> Terminal:
        return Terminal(list(command), shop.folder, environment(shop.settings()) | {"NO_COLOR": "1"})

    for answer, code in (("n", 1), ("y", 0)):
        with closing(at_terminal("events", "produce", "products", "--id", "p1", "--set", "price=1.50")) as asked:
            asked.wait_for("past all commands and schemas. Go on? [y/N]: ")
            asked.press(f"{answer}\n")
            asked.wait_for("position  " if answer == "y" else "Aborted!")
            assert asked.end() == code
    with closing(at_terminal("entity", "history", "products", "p1")) as looked:
        shown = looked.wait_for('{"id":"p1","price":1.50}')
        assert re.match(r"POSITION +TIME +TYPE +REMOVED +ENTITY\n\S+-\d@0 .* no +\{", shown)
        assert looked.end() == 0


def test_an_id_that_looks_like_an_option_is_given_after_two_dashes(shop: Shop) -> None:
    assert shop.foldline("topics", "create").returncode == 0
    made = shop.foldline("events", "produce", "products", "--id", "-df0", "--set", "price=1.50", "--yes")
    assert made.returncode == 0, made.stderr
    refused = shop.foldline("entity", "get", "products", "-df0")
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (
        2,
        "Error: No such option '-d'. An ID that begins with a dash comes last, after --, as in: -- -x1",
    )
    got = shop.foldline("entity", "get", "products", "--", "-df0")
    assert json.loads(got.stdout) == {"id": "-df0", "price": 1.5}
    mistyped = shop.foldline("entity", "history", "products", "x", "--al")
    assert "--all" in mistyped.stderr


def test_a_log_out_of_reach_is_told_in_a_line(shop: Shop) -> None:
    shop.log = "kafka://127.0.0.1:9"
    looked = shop.foldline("events", "tail")
    assert (looked.returncode, looked.stdout) == (6, "")
    [line] = looked.stderr.splitlines()
    assert "127.0.0.1:9" in line
