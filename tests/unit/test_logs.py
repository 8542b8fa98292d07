"""Log lines: text on a terminal, JSON elsewhere, in one form whoever writes them."""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from foldline.logs import configure, info_writer


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_lines_of_both_kinds_are_json() -> None:
    stream = StringIO()
    configure("info", "auto", stream)
    with bound_contextvars(request_id="r1"):
        structlog.get_logger().info("folded", position="a-0@1")
        logging.getLogger("gunicorn.error").warning("Worker %d", 7)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "folded", "position": "a-0@1", "level": "info", "request_id": "r1"}
    assert (second["event"], second["level"], second["request_id"]) == ("Worker 7", "warning", "r1")


def test_text_is_for_reading() -> None:
    stream = StringIO()
    configure("info", "text", stream)
    structlog.get_logger().info("folded", position="a-0@1")
    assert "folded" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_text_has_colours_unless_none_are_wanted(
    monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = StringIO()
    configure("info", "text", stream)
    structlog.get_logger().info("folded")
    assert ("\x1b[" in stream.getvalue()) is coloured


def test_a_terminal_gets_text() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    configure("info", "auto", stream)
    structlog.get_logger().info("folded")
    assert not stream.getvalue().startswith("{")


def test_what_is_below_the_level_is_not_written() -> None:
    stream = StringIO()
    configure("warning", "json", stream)
    structlog.get_logger().info("folded")
    logging.getLogger("x").info("folded")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_exception_is_told_without_the_values_of_variables(form: str) -> None:
    stream = StringIO()
    configure("info", form, stream)

    def fail(password: str) -> None:
        raise KeyError(len(password))

    try:
        fail("hunter" + "2")
    except KeyError:
        structlog.get_logger().exception("failed")
        logging.getLogger("x").exception("failed")
    assert stream.getvalue().count("KeyError: 7") == 2
    assert "hunter2" not in stream.getvalue()


def test_what_json_cannot_hold_is_written_as_text() -> None:
    stream = StringIO()
    configure("info", "json", stream)
    structlog.get_logger().info("odd", keys={1: object}, half="\ud800", long=2**70)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["half"], line["long"]) == ("odd", "\ud800", 2**70)


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_that_is_written_often_looks_like_any_other(form: str) -> None:
    stream = StringIO()
    configure("info", form, stream)
    structlog.get_logger().info("request", path="/products/é", status=200, odd=2**70)
    info_writer()("request", path="/products/é", status=200, odd=2**70)
    first, second = (
        re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", line) for line in stream.getvalue().splitlines()
    )
    assert first == second
    assert "TIME" in first


def test_a_line_that_is_written_often_is_not_written_below_the_level() -> None:
    stream = StringIO()
    configure("warning", "json", stream)
    info_writer()("request", status=200)
    assert stream.getvalue() == ""
