"""A topic folded into state by Quix Streams: the newest value of each key, in RocksDB.

Settings: BENCH_BROKER, BENCH_TOPIC, BENCH_RECORDS, BENCH_STATE (a folder), BENCH_CHANGELOG (1: with a changelog topic,
as Quix Streams does by itself; 0: the state is on this disk alone). Prints the seconds from the start to the last
record.
"""

import os
import time
from typing import Any
from uuid import uuid4

from quixstreams import Application, State


def keep(value: dict[str, Any], state: State) -> None:
    """The newest value of the key."""
    state.set("entity", value)


begun = time.perf_counter()
app = Application(
    broker_address=os.environ["BENCH_BROKER"],
    consumer_group=uuid4().hex,
    auto_offset_reset="earliest",
    state_dir=os.environ["BENCH_STATE"],
    use_changelog_topics=os.environ["BENCH_CHANGELOG"] == "1",
    loglevel="ERROR",
)
topic = app.topic(os.environ["BENCH_TOPIC"], value_deserializer="json")
app.dataframe(topic).update(keep, stateful=True)
app.run(count=int(os.environ["BENCH_RECORDS"]))
print(time.perf_counter() - begun)
