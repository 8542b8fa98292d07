from pathlib import Path

import pytest

from foldline.errors import SettingsError
from foldline.log.kafka import KafkaLog
from foldline.log.open import open_log
from foldline.log.sqlite import SqliteLog


def test_a_path_opens_the_embedded_log(tmp_path: Path) -> None:
    log = open_log(f"sqlite:{tmp_path}/new/folder/log.db", {}, "test")
    assert isinstance(log, SqliteLog)
    assert (tmp_path / "new" / "folder" / "log.db").exists()
    log.close()


@pytest.mark.parametrize("servers", ["localhost:9092", "one:9092,two-b.example:9093", "[::1]:9092", "one:9092/"])
def test_servers_open_kafka(servers: str) -> None:
    log = open_log(f"kafka://{servers}", {}, "test")
    assert isinstance(log, KafkaLog)
    log.close()


@pytest.mark.parametrize(
    "url", ["", "sqlite:", "var/log.db", "kafka:localhost:9092", "kafka://", "kafka://localhost", "kafka://a:1,,b:2"]
)
def test_any_other_url_is_refused_with_the_two_forms(url: str) -> None:
    with pytest.raises(SettingsError, match=r"sqlite:PATH .* kafka://HOST:PORT"):
        open_log(url, {}, "test")


def test_an_address_with_a_password_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="FOLDLINE_KAFKA_SASL_USERNAME") as caught:
        open_log("kafka://me:hush@localhost:9092", {}, "test")
    assert "hush" not in str(caught.value)
