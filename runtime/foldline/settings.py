"""The environment, read once into one typed object."""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from foldline.errors import SettingsError

_KAFKA = "FOLDLINE_KAFKA_"
_OTHERS = (_KAFKA, "FOLDLINE_CLI_")
"""Prefixes of what is no setting of this page: librdkafka's, and options of the command line."""
_FILES_OF_KAFKA = frozenset(
    f"FOLDLINE_KAFKA_SASL_OAUTHBEARER_ASSERTION_{name}FILE" for name in ("", "PRIVATE_KEY_", "JWT_TEMPLATE_")
)
"""librdkafka reads these files itself."""
_ALLOWANCES = ("short-lag", "low-replication", "open")


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(f"it must be from {low:g} to {high:g}")
        return value

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    return lambda text: int(_number(low, high)(str(int(text))))


def _range(low: float, high: float) -> Callable[[str], tuple[float, float]]:
    def read(text: str) -> tuple[float, float]:
        least, _, most = text.partition("-")
        pair = (float(least), float(most or least))
        if not low <= pair[0] <= pair[1] <= high:
            raise ValueError(f"it is LEAST-MOST, from {low:g} to {high:g}")
        return pair

    return read


def _words(*known: str) -> Callable[[str], frozenset[str]]:
    def read(text: str) -> frozenset[str]:
        words = frozenset(word.strip() for word in text.split(",") if word.strip())
        if unknown := sorted(words - set(known)):
            raise ValueError(f"{', '.join(unknown)}: known are {', '.join(known)}")
        return words

    return read


def _pairs(text: str) -> dict[str, str]:
    pairs = [item.strip().partition("=") for item in text.split(",") if item.strip()]
    if any(not name or not value for name, _, value in pairs):
        raise ValueError("it is a list like products=http://host:9995,customers=http://host:9996")
    return {name: value.rstrip("/") for name, _, value in pairs}


def _core(text: str) -> int | bool | None:
    match text:
        case "auto":
            return True
        case "off":
            return None
    return _whole(0, 4095)(text)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"it is one of {', '.join(choices)}")
        return text

    return read


def _list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _setting(variable: str, read: Callable[[str], Any], default: Any, meaning: str, *, secret: bool = False) -> Any:
    metadata = {"variable": variable, "read": read, "meaning": meaning, "secret": secret}
    if isinstance(default, dict):
        return field(default_factory=default.copy, metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process is to run. Times are in seconds."""

    log: str = _setting(
        "FOLDLINE_LOG", str, "sqlite:var/log.db", "where topics live: sqlite:PATH or kafka://HOST:PORT,..."
    )
    state: str | None = _setting(
        "FOLDLINE_STATE",
        str,
        None,
        "the state's file, or the folder of SERVICE.db (with a slash at its end); var/ if unset",
    )
    bind: str | None = _setting("FOLDLINE_BIND", str, None, "HOST or HOST:PORT to listen on; 127.0.0.1 if unset")
    token: str | None = _setting(
        "FOLDLINE_TOKEN", str, None, "bearer token asked for on every route but health", secret=True
    )
    allow: frozenset[str] = _setting(
        "FOLDLINE_ALLOW", _words(*_ALLOWANCES), frozenset(), f"checks to give up: {', '.join(_ALLOWANCES)}"
    )
    origins: tuple[str, ...] = _setting(
        "FOLDLINE_ORIGINS",
        _list,
        (),
        "web origins that may write and open sockets, besides the service's own",
    )
    urls: Mapping[str, str] = _setting(
        "FOLDLINE_URLS", _pairs, {}, "where other services are: products=http://host:9995,..."
    )
    deadline: float = _setting("FOLDLINE_DEADLINE", _number(0.1, 120), 10.0, "how long a command may take")
    key_window: float = _setting(
        "FOLDLINE_KEY_WINDOW",
        _number(1, 30 * 86400),
        86400.0,
        "how long an Idempotency-Key counts, in log time",
    )
    repair_after: tuple[float, float] = _setting(
        "FOLDLINE_REPAIR_AFTER",
        _range(0, 600),
        (1.0, 30.0),
        "how long an entity is left alone before it is repaired: LEAST-MOST, at random",
    )
    drain: float = _setting(
        "FOLDLINE_DRAIN", _number(0, 300), 0.0, "how long to go on accepting after SIGTERM, while not ready"
    )
    threads: int = _setting(
        "FOLDLINE_THREADS", _whole(2, 1024), 64, "request threads; at most half of them wait in commands"
    )
    sockets: int | None = _setting(
        "FOLDLINE_SOCKETS",
        _whole(0, 10_000),
        None,
        "sockets open at once; if unset 64, or 1000 for a service with a page",
    )
    core: int | bool | None = _setting(
        "FOLDLINE_CORE", _core, True, "the core that Python's threads share: auto, off, or a number"
    )
    log_level: str = _setting(
        "FOLDLINE_LOG_LEVEL",
        _one_of("debug", "info", "warning", "error"),
        "info",
        "least level that is logged",
    )
    log_format: str = _setting(
        "FOLDLINE_LOG_FORMAT",
        _one_of("auto", "text", "json"),
        "auto",
        "auto: text on a terminal, JSON elsewhere",
    )
    kafka: Mapping[str, str] = field(default_factory=dict, repr=False)
    """librdkafka's settings: FOLDLINE_KAFKA_SASL_USERNAME is sasl.username."""

    @property
    def first_token(self) -> str | None:
        """The one to send, where services take several."""
        return next(iter((self.token or "").replace(",", " ").split()), None)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read every setting; raises SettingsError that names all that is wrong.

        A secret may also come from a file: FOLDLINE_TOKEN_FILE, FOLDLINE_KAFKA_SASL_PASSWORD_FILE and so on.
        """
        environment, problems = _from_files(os.environ if environ is None else environ)
        known = {f.metadata["variable"]: f for f in fields(cls) if "variable" in f.metadata}
        values: dict[str, Any] = {}
        for variable, f in known.items():
            if text := environment.get(variable):
                try:
                    values[f.name] = f.metadata["read"](text)
                except ValueError as error:
                    shown = "" if f.metadata["secret"] else f"={text}"
                    problems.append(f"{variable}{shown}: {error}")
        problems += _unknown(environment, known)
        if problems:
            raise SettingsError(*problems)
        if "log" not in values and (brokers := environment.get("KAFKA_BROKERS")):
            values["log"] = f"kafka://{brokers}"
        kafka = {
            name.removeprefix(_KAFKA).lower().replace("_", "."): text
            for name, text in environment.items()
            if name.startswith(_KAFKA) and text
        }
        return cls(**values, kafka=kafka)


def _from_files(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The environment with each FOLDLINE_X_FILE replaced by FOLDLINE_X, the file's text."""
    environment: dict[str, str] = {}
    problems: list[str] = []
    for name, text in environ.items():
        if not (name.startswith("FOLDLINE_") and name.endswith("_FILE")) or name in _FILES_OF_KAFKA:
            environment.setdefault(name, text)
            continue
        try:
            environment[name.removesuffix("_FILE")] = _text_of(Path(text))
        except (OSError, ValueError) as error:
            problems.append(f"{name}={text}: {getattr(error, 'strerror', None) or error}")
    return environment, problems


def _text_of(path: Path) -> str:
    text = path.read_text().strip()
    if not text:  # a setting without a value is as good as none: a secret would silently not be asked for
        raise ValueError("the file is empty")
    return text


def _unknown(environment: Mapping[str, str], known: Mapping[str, Any]) -> list[str]:
    problems = []
    for name in environment:
        if name.startswith("FOLDLINE_") and name not in known and not name.startswith(_OTHERS):
            near = difflib.get_close_matches(name, known, n=1)
            problems.append(f"{name}: there is no such setting{f'; did you mean {near[0]}?' if near else ''}")
    return problems
