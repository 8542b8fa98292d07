"""How log lines are written: readable on a terminal, one JSON object a line elsewhere.

What is bound with `structlog.contextvars` (a request's id) stands in every line written meanwhile.
"""

import json
import logging
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor


def configure(level: str, form: str, stream: TextIO) -> None:
    """Send structlog's lines and those of the standard library to `stream`.

    `level` is debug, info, warning or error; `form` is text, json, or auto (text where `stream` is a terminal).
    """
    shared, renderer = _processors(as_text=form == "text" or (form == "auto" and stream.isatty()))
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(stream),
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


def _processors(*, as_text: bool) -> tuple[list[Processor], Processor]:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_text:
        # a plain traceback: the rich one shows local variables, and so secrets and bodies
        return shared, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return [*shared, structlog.processors.format_exc_info], structlog.processors.JSONRenderer(serializer=_json)


def _json(line: dict[str, Any], **_: Any) -> str:
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:  # longer numbers, other keys, halves of characters: a line must be written all the same
        return json.dumps(line, default=str, skipkeys=True)
