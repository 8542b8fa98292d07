"""What is read from the environment, and every mistake in it."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foldline.errors import SettingsError
from foldline.settings import Settings


def mistakes(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ)
    return caught.value.problems


def test_without_an_environment_a_laptop_is_served() -> None:
    settings = Settings.from_environment({"PATH": "/bin", "PORT": "80"})
    assert settings == Settings()
    assert settings.log == "sqlite:var/log.db"


def test_every_setting_is_read() -> None:
    settings = Settings.from_environment(
        {
            "FOLDLINE_LOG": "sqlite:here.db",
            "FOLDLINE_STATE": "states/",
            "FOLDLINE_BIND": "0.0.0.0:80",
            "FOLDLINE_TOKEN": "hush",
            "FOLDLINE_ALLOW": "open, short-lag",
            "FOLDLINE_ORIGINS": "https://a.example, https://b.example",
            "FOLDLINE_URLS": "products=http://host:1/, customers=http://host:2",
            "FOLDLINE_DEADLINE": "2.5",
            "FOLDLINE_KEY_WINDOW": "60",
            "FOLDLINE_DRAIN": "3",
            "FOLDLINE_THREADS": "8",
            "FOLDLINE_CORE": "off",
            "FOLDLINE_LOG_LEVEL": "debug",
            "FOLDLINE_LOG_FORMAT": "json",
            "FOLDLINE_KAFKA_SASL_USERNAME": "me",
        }
    )
    assert settings == Settings(
        log="sqlite:here.db",
        state="states/",
        bind="0.0.0.0:80",
        token="hush",
        allow=frozenset({"open", "short-lag"}),
        origins=("https://a.example", "https://b.example"),
        urls={"products": "http://host:1", "customers": "http://host:2"},
        deadline=2.5,
        key_window=60,
        drain=3,
        threads=8,
        core=None,
        log_level="debug",
        log_format="json",
        kafka={"sasl.username": "me"},
    )


@pytest.mark.parametrize(("text", "core"), [("auto", True), ("off", None), ("3", 3)])
def test_the_core_is_chosen_given_or_free(text: str, core: object) -> None:
    assert Settings.from_environment({"FOLDLINE_CORE": text}).core is core or core == 3


@pytest.mark.parametrize(("text", "seconds"), [("0.1-0.5", (0.1, 0.5)), ("5", (5.0, 5.0))])
def test_the_time_before_a_repair_is_a_range_or_a_number(text: str, seconds: object) -> None:
    assert Settings.from_environment({"FOLDLINE_REPAIR_AFTER": text}).repair_after == seconds


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FOLDLINE_DEADLINE", "soon"),
        ("FOLDLINE_DEADLINE", "0"),
        ("FOLDLINE_DEADLINE", "nan"),
        ("FOLDLINE_DEADLINE", "inf"),
        ("FOLDLINE_KEY_WINDOW", "0"),
        ("FOLDLINE_DRAIN", "-1"),
        ("FOLDLINE_REPAIR_AFTER", "soon"),
        ("FOLDLINE_REPAIR_AFTER", "30-1"),
        ("FOLDLINE_REPAIR_AFTER", "1-601"),
        ("FOLDLINE_REPAIR_AFTER", "nan"),
        ("FOLDLINE_THREADS", "1"),
        ("FOLDLINE_THREADS", "2.5"),
        ("FOLDLINE_CORE", "on"),
        ("FOLDLINE_ALLOW", "everything"),
        ("FOLDLINE_URLS", "http://host"),
        ("FOLDLINE_LOG_LEVEL", "loud"),
        ("FOLDLINE_LOG_FORMAT", "xml"),
    ],
)
def test_a_value_that_makes_no_sense_is_shown_with_its_name(name: str, text: str) -> None:
    [mistake] = mistakes(**{name: text})
    assert mistake.startswith(f"{name}={text}: ")


def test_every_mistake_is_told_at_once() -> None:
    assert len(mistakes(FOLDLINE_DEADLINE="soon", FOLDLINE_THREADS="many", FOLDLINE_X="1")) == 3


def test_an_unknown_setting_is_told_with_the_nearest_name() -> None:
    [mistake] = mistakes(FOLDLINE_DEADLIN="5")
    assert mistake == "FOLDLINE_DEADLIN: there is no such setting; did you mean FOLDLINE_DEADLINE?"


def test_an_empty_variable_is_none() -> None:
    assert Settings.from_environment({"FOLDLINE_DEADLINE": "", "FOLDLINE_TOKEN": ""}) == Settings()


def test_brokers_name_the_log_unless_it_is_named() -> None:
    brokers = {"KAFKA_BROKERS": "a:9092,b:9092"}
    assert Settings.from_environment(brokers).log == "kafka://a:9092,b:9092"
    assert Settings.from_environment(brokers | {"FOLDLINE_LOG": ""}).log == "kafka://a:9092,b:9092"
    assert Settings.from_environment(brokers | {"FOLDLINE_LOG": "sqlite:x"}).log == "sqlite:x"


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    settings = Settings.from_environment(
        {"FOLDLINE_TOKEN": "old", "FOLDLINE_TOKEN_FILE": str(secret), "FOLDLINE_KAFKA_SASL_PASSWORD_FILE": str(secret)}
    )
    assert settings.token == "hush"
    assert settings.kafka == {"sasl.password": "hush"}


def test_an_empty_setting_of_kafkas_is_none() -> None:
    assert Settings.from_environment({"FOLDLINE_KAFKA_SASL_USERNAME": ""}).kafka == {}


def test_a_path_of_kafkas_own_is_not_read(tmp_path: Path) -> None:
    paths = {
        "FOLDLINE_KAFKA_SSL_CA_LOCATION": str(tmp_path / "ca.pem"),
        "FOLDLINE_KAFKA_SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE": str(tmp_path / "key.pem"),
    }
    assert list(Settings.from_environment(paths).kafka.values()) == list(paths.values())


def test_a_secrets_file_must_hold_one(tmp_path: Path) -> None:
    """An empty token would open the service to everybody."""
    empty, binary = tmp_path / "empty", tmp_path / "binary"
    empty.write_text("\n")
    binary.write_bytes(b"\xff\xfe")
    for file in (empty, binary, tmp_path / "absent", tmp_path):
        [mistake] = mistakes(FOLDLINE_TOKEN_FILE=str(file))
        assert mistake.startswith(f"FOLDLINE_TOKEN_FILE={file}: ")


@pytest.mark.parametrize("token", ["first", "first,second", " first\nsecond", ", first"])
def test_of_several_tokens_the_first_is_sent(token: str) -> None:
    assert Settings(token=token).first_token == "first"


@pytest.mark.parametrize("token", [None, " ,"])
def test_without_a_token_none_is_sent(token: str | None) -> None:
    assert Settings(token=token).first_token is None


def test_secrets_are_never_shown() -> None:
    settings = Settings(token="hush-token", kafka={"sasl.password": "hush-password"})
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings)


VARIABLES = [f.metadata["variable"] for f in fields(Settings) if "variable" in f.metadata]


@given(st.dictionaries(st.sampled_from([*VARIABLES, "FOLDLINE_X", "KAFKA_BROKERS", "FOLDLINE_TOKEN_FILE"]), st.text()))
def test_an_environment_is_read_or_every_mistake_in_it_is_named(environ: dict[str, str]) -> None:
    problems: tuple[str, ...] = ()
    try:
        Settings.from_environment(environ)
    except SettingsError as error:
        problems = error.problems or ("none",)
    for problem in problems:
        assert problem.startswith(tuple(environ)), problem
