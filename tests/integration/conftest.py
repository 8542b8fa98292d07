from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import Broker
from replicas import Counters


@pytest.fixture(params=["embedded", "kafka"])
def counters(request: pytest.FixtureRequest, tmp_path: Path, topic: str) -> Iterator[Counters]:
    """The application of counters, on each log."""
    if request.param == "embedded":
        url = f"sqlite:{tmp_path / 'log.db'}"
    else:
        broker: Broker = request.getfixturevalue("broker")
        url = broker.url
    with Counters(tmp_path, url, topic) as application:
        yield application
