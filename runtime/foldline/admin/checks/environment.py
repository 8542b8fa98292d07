"""The settings: where each comes from, and what it means."""

import re
from collections.abc import Generator, Mapping
from dataclasses import fields
from typing import Any

from foldline.admin.checks.check import Check
from foldline.errors import SettingsError
from foldline.settings import Settings

_KAFKA = "FOLDLINE_KAFKA_"
_SECRET = re.compile(r"password|secret|token|pem|jaas|config|assertion", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=//)[^/@,]*@")
_HIDDEN, _DEFAULT = "(hidden)", "default"


def check_environment(environ: Mapping[str, str], *, every: bool) -> Generator[Check, None, Settings | None]:
    """Each setting that is set, and with `every` those that are not; gives them, None where they cannot be used."""
    try:
        settings = Settings.from_environment(environ)
    except SettingsError as error:
        for problem in error.problems:
            yield Check("settings", "fail", problem, "correct it, or take it out of the environment")
        return None
    for field in fields(settings):
        if "variable" in field.metadata:
            source = _source(field.metadata["variable"], environ)
            if every or source != _DEFAULT:
                yield _setting(field.metadata, getattr(settings, field.name), source)
    yield from (_of_kafka(name, text, environ) for name, text in sorted(settings.kafka.items()))
    return settings


def _setting(about: Mapping[str, Any], value: Any, source: str) -> Check:
    shown = _HIDDEN if about["secret"] and value is not None else _CREDENTIALS.sub(f"{_HIDDEN}@", _text(value, source))
    what = f"{shown} [{source}]: {about['meaning']}"
    if about["variable"] == "FOLDLINE_ALLOW" and value:
        return Check(
            "FOLDLINE_ALLOW", "warn", what, "take it away where data must be safe: it is for tests and laptops"
        )
    return Check(about["variable"], "ok", what)


def _of_kafka(option: str, text: str, environ: Mapping[str, str]) -> Check:
    variable = _KAFKA + option.upper().replace(".", "_")
    shown = _HIDDEN if _SECRET.search(option) else text
    return Check(variable, "ok", f"{shown} [{_source(variable, environ)}]: librdkafka's {option}")


def _source(variable: str, environ: Mapping[str, str]) -> str:
    if file := environ.get(f"{variable}_FILE"):
        return f"the file {file}"
    if environ.get(variable):
        return "environment"
    if variable == "FOLDLINE_LOG" and environ.get("KAFKA_BROKERS"):
        return "KAFKA_BROKERS"
    return _DEFAULT


def _text(value: Any, source: str) -> str:
    match value:
        case None:
            return "unset" if source == _DEFAULT else "off"
        case True:
            return "auto"
        case (float(least), float(most)):
            return f"{least:g}-{most:g}"
        case dict():
            return ",".join(f"{name}={text}" for name, text in value.items()) or "none"
        case frozenset() | tuple():
            return ",".join(sorted(value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
