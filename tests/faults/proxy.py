"""A stretch of network between a service and the broker: it passes on what comes, both ways, and nothing else.

`python -m faults.proxy FRONT BACK` listens on 127.0.0.1:FRONT and connects to 127.0.0.1:BACK. Killed, it is a cut
cable (the port is refused); stopped, it is one that swallows everything.
"""

import asyncio
import sys


async def serve(front: int, back: int) -> None:
    """Pass on until killed."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", back)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", front)
    await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # the other side is gone, and so is this one
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
