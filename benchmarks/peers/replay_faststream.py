"""A topic folded by FastStream (confluent): the newest value of each key, in a dict, for FastStream keeps no state.

Settings: BENCH_BROKER, BENCH_TOPIC, BENCH_RECORDS. Prints the seconds from the start to the last record.
"""

import asyncio
import os
import time
from typing import Any
from uuid import uuid4

from faststream import FastStream
from faststream.confluent import KafkaBroker

RECORDS = int(os.environ["BENCH_RECORDS"])

broker = KafkaBroker(os.environ["BENCH_BROKER"], logger=None)
app = FastStream(broker, logger=None)
newest: dict[str, Any] = {}
left = iter(range(RECORDS - 1, -1, -1))


@broker.subscriber(
    os.environ["BENCH_TOPIC"], group_id=uuid4().hex, auto_offset_reset="earliest", polling_interval=0.001
)
async def keep(body: dict[str, Any]) -> None:
    """The newest value of the key, by its id."""
    newest[body["payload"]["id"]] = body
    if next(left) == 0:
        app.exit()


begun = time.perf_counter()
asyncio.run(app.run())
print(time.perf_counter() - begun)
