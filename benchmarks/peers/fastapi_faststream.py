"""The same two routes on FastAPI, with FastStream over confluent-kafka.

Settings: BENCH_BROKER, BENCH_TOPIC, BENCH_WAIT.

With BENCH_WAIT=1 a POST gives the same promise: it answers once the application's own subscriber has stored the record,
so that it can be read. With 0 it publishes, waits for the broker's acknowledgement, and answers.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from faststream.confluent import KafkaBroker
from pydantic import BaseModel

TOPIC = os.environ["BENCH_TOPIC"]
WAIT = os.environ["BENCH_WAIT"] == "1"

broker = KafkaBroker(os.environ["BENCH_BROKER"], acks="all", enable_idempotence=True, linger_ms=0, logger=None)
stored: dict[str, dict[str, Any]] = {}
waiting: dict[str, asyncio.Future[None]] = {}


class Product(BaseModel):
    """What is sold."""

    name: str
    price: float


@broker.subscriber(TOPIC, group_id=secrets.token_hex(8), auto_offset_reset="earliest", polling_interval=0.001)
async def store(body: dict[str, Any]) -> None:
    """Keep the newest by id, and wake who waits for it."""
    stored[body["id"]] = body
    future = waiting.pop(body["id"], None)
    if future is not None:
        future.set_result(None)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """The broker lives as long as the application."""
    async with broker:
        await broker.start()
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/products/{id}")
async def retrieve(id: str) -> dict[str, Any]:
    """One product."""
    if id not in stored:
        raise HTTPException(404)
    return stored[id]


@app.post("/products", status_code=201)
async def create(product: Product) -> dict[str, Any]:
    """Add a product."""
    body = {"id": secrets.token_urlsafe(16), **product.model_dump()}
    if WAIT:
        future = waiting[body["id"]] = asyncio.get_running_loop().create_future()
    await broker.publish(body, TOPIC, key=body["id"].encode(), no_confirm=WAIT)
    if WAIT:
        await future
    return body
