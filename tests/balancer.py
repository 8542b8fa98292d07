"""A balancer that serves another server under a path prefix, which it cuts off."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress


@contextmanager
def under_prefix(prefix: str, port: int) -> Iterator[str]:
    """Serve what listens on `port` of this machine under `prefix`; gives its URL, without a slash at the end."""
    balancer = _Balancer(prefix, port)
    with ThreadPoolExecutor(1, "balancer") as pool:
        running = pool.submit(asyncio.run, balancer.run())
        try:
            yield f"http://127.0.0.1:{balancer.listens.result(5)}{prefix}"
        finally:
            balancer.stop()
            running.result(5)


class _Balancer:
    def __init__(self, prefix: str, port: int) -> None:
        self._prefix, self._port = prefix, port
        self.listens: Future[int] = Future()
        """Where, once it does."""

    async def run(self) -> None:
        """Serve until `stop`."""
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.listens.set_result(server.sockets[0].getsockname()[1])
        await self._stopped.wait()
        server.close()

    def stop(self) -> None:
        """Take no more, and end what goes on; from any thread."""
        self._loop.call_soon_threadsafe(self._stopped.set)

    async def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """One connection: one request, or one socket."""
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._forward(client, answer)
        finally:
            answer.close()

    async def _forward(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        head = (await client.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, path, rest = head.split(" ", 2)
        if not path.startswith(f"{self._prefix}/"):
            answer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        head = f"{method} {path.removeprefix(self._prefix)} {rest}"
        if "\r\nupgrade:" not in head.lower():
            head = head.replace("\r\nConnection: keep-alive", "\r\nConnection: close")
        service, request = await asyncio.open_connection("127.0.0.1", self._port)
        request.write(head.encode("latin-1"))
        try:
            await asyncio.wait(
                [asyncio.create_task(_pump(client, request)), asyncio.create_task(_pump(service, answer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            request.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65_536):
        sink.write(chunk)
        await sink.drain()
