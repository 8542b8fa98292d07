"""Fuzz target: what a client sends once its socket is open, any bytes."""

import socket
from contextlib import closing, suppress

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.frame_protocol import CloseReason, FrameProtocol, Opcode

from foldline.errors import Malformed
from foldline.sockets.channel import Channel
from foldline.sockets.subscription import parse

TOPICS = ("products", "customers")


def _sent(*events: TextMessage | BytesMessage | Ping | CloseConnection) -> bytes:
    client = Connection(ConnectionType.CLIENT)
    return b"".join(map(client.send, events))


_WISHES = [
    '{"type": "subscribe"}',
    '{"type": "subscribe", "topics": ["products"], "after": ["e.p-0@42", "e.p-1@7"]}',
    '{"type": "subscribe", "topics": [1], "after": [null]}',
    r'{"type": "subscribe", "topics": ["\ud800"]}',
]
_TALKS = [
    _sent(TextMessage(_WISHES[0]), Ping(b"there?"), CloseConnection(1000, "bye")),
    _sent(TextMessage('{"type": "sub', message_finished=False), Ping(), TextMessage('scribe"}')),
    _sent(BytesMessage(b"\0")),
    b"\x88\x82\0\0\0\0\x03\xe7",
    b"\xff\xff" + b"\xff" * 12,
]
SEEDS = [wish.encode() for wish in _WISHES] + _TALKS


def judge(data: bytes) -> None:
    """Raise unless the bytes are understood, or answered with a last word, both as frames and as a message."""
    ours, theirs = socket.socketpair()
    with ours, closing(_Closing(Channel(theirs))) as server:
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        server.hear_all()
        theirs.close()
        _check_answers(ours)
    with suppress(Malformed):
        assert parse(data.decode(errors="replace"), TOPICS).topics <= set(TOPICS)


class _Closing:
    """A channel, used as the hub uses it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def close(self) -> None:
        self._channel.drop()

    def hear_all(self) -> None:
        with suppress(OSError):  # all is said, or the client is gone
            while True:
                try:
                    for text in self._channel.hear():
                        parse(text, TOPICS)
                except Malformed as error:
                    self._channel.close(CloseReason.INVALID_FRAME_PAYLOAD_DATA, error.message)
                self._channel.flush()


def _check_answers(ours: socket.socket) -> None:
    """What a client is answered are frames of the protocol; reading them raises where they are not."""
    client = FrameProtocol(client=True, extensions=[])
    while data := ours.recv(65_536):
        client.receive_bytes(data)
    kinds = [frame.opcode for frame in client.received_frames()]
    assert set(kinds) <= {Opcode.PONG, Opcode.CLOSE}
    assert Opcode.CLOSE not in kinds[:-1]
