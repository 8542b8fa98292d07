from collections.abc import Iterator
from pathlib import Path

import pytest
from log_backends import Backend, KafkaBackend, SqliteBackend

from foldline.log.open import open_log
from foldline.log.port import Log


@pytest.fixture(params=["sqlite", "kafka"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    if request.param == "sqlite":
        return SqliteBackend(tmp_path / "folder" / "log.db")
    return KafkaBackend(request.getfixturevalue("broker"))


@pytest.fixture
def log(backend: Backend) -> Iterator[Log]:
    log = open_log(backend.url, {}, "tests")
    yield log
    log.close()
