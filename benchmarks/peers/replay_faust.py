"""A topic folded by Faust: the newest value of each key, in a table (in memory, with its changelog topic).

Settings: BENCH_BROKER, BENCH_TOPIC, BENCH_RECORDS, BENCH_STATE (a folder), BENCH_PARTITIONS. Prints the seconds from
the start to the last record.
"""

import os
import sys
import time
from uuid import uuid4

import faust

RECORDS = int(os.environ["BENCH_RECORDS"])

begun = time.perf_counter()
app = faust.App(
    uuid4().hex,
    broker=f"kafka://{os.environ['BENCH_BROKER']}",
    datadir=os.environ["BENCH_STATE"],
    consumer_auto_offset_reset="earliest",
    topic_partitions=int(os.environ["BENCH_PARTITIONS"]),
    web_enabled=False,
)
topic = app.topic(os.environ["BENCH_TOPIC"], key_type=str, value_serializer="json")
newest = app.Table("newest", key_type=str, partitions=int(os.environ["BENCH_PARTITIONS"]))


@app.agent(topic)
async def keep(stream: faust.StreamT) -> None:
    """The newest value of the key."""
    seen = 0
    async for key, body in stream.items():
        newest[key] = body
        seen += 1
        if seen == RECORDS:
            print(time.perf_counter() - begun, file=sys.__stdout__, flush=True)  # stdout itself is its log
            os._exit(0)


app.Worker(loglevel="ERROR").execute_from_commandline()
