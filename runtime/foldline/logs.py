"""How log lines are written: readable on a terminal, one JSON object a line elsewhere.

What is bound with `structlog.contextvars` (a request's id) stands in every line written meanwhile.
"""

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor


def configure(level: str, form: str, stream: TextIO) -> None:
    """Send structlog's lines and those of the standard library to `stream`.

    `level` is debug, info, warning or error; `form` is text, json, or auto (text where `stream` is a terminal).
    """
    as_text = form == "text" or (form == "auto" and stream.isatty())
    shared, renderer = _processors(as_text=as_text)
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(stream) if as_text else _JsonLines(stream, threshold),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    logging.captureWarnings(True)


def info_writer() -> Callable[..., None]:
    """What writes a line `(event, **fields)` as `structlog.get_logger().info` does, for lines that are written often.

    As JSON it goes past structlog's chain, which costs as much as answering a request. What is bound is not in it.
    """
    factory = structlog.get_config()["logger_factory"]
    return factory.info if isinstance(factory, _JsonLines) else structlog.get_logger().info


class _JsonLines(structlog.WriteLoggerFactory):
    """Makes the loggers that write lines of JSON, and has one of its own."""

    def __init__(self, stream: TextIO, threshold: int) -> None:
        super().__init__(stream)
        self._write = self().msg
        self._silent = threshold > logging.INFO

    def info(self, event: str, **fields: Any) -> None:
        if not self._silent:
            fields.update(event=event, level="info", timestamp=f"{datetime.now(UTC).replace(tzinfo=None).isoformat()}Z")
            self._write(_json(fields))


def _processors(*, as_text: bool) -> tuple[list[Processor], Processor]:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_text:
        # a plain traceback: the rich one shows local variables, and so secrets and bodies
        return shared, structlog.dev.ConsoleRenderer(
            colors=not os.environ.get("NO_COLOR"), exception_formatter=structlog.dev.plain_traceback
        )
    return [*shared, structlog.processors.format_exc_info], structlog.processors.JSONRenderer(serializer=_json)


def _json(line: dict[str, Any], **_: Any) -> str:
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:  # longer numbers, other keys, halves of characters: a line must be written all the same
        return json.dumps(line, default=str, skipkeys=True)
