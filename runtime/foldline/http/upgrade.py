"""`/ws`: from a request to a socket."""

import base64
import binascii
import hashlib
import socket

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from foldline.http.answers import nothing
from foldline.sockets.hub import Hub

_VERSION = "13"
_SALT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, section 1.3."""


def install(app: Flask, hub: Hub) -> None:
    """Hand who asks for a WebSocket over to the hub, so that an open socket holds no thread."""

    def ws() -> Response:
        """Answer the handshake; the connection is the hub's as soon as the answer is sent."""
        environ = request.environ
        accept = _accept(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != _VERSION:
            return nothing(426, [("Sec-WebSocket-Version", _VERSION)])
        connection: socket.socket = environ["gunicorn.socket"]
        hub.reserve()
        answer = nothing(101, [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)])
        answer.call_on_close(lambda: hub.adopt(_taken_from(connection)))
        return answer

    app.add_url_rule("/ws", "socket", ws, websocket=True)


def _accept(key: str) -> str:
    """What proves that the handshake was understood; raises BadRequest."""
    try:
        fits = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        fits = False
    if not fits or request.environ["REQUEST_METHOD"] != "GET":
        raise BadRequest("This is no WebSocket handshake: GET, with a Sec-WebSocket-Key of 16 bytes in base64.")
    return base64.b64encode(hashlib.sha1(key.encode() + _SALT, usedforsecurity=False).digest()).decode()


def _taken_from(server: socket.socket) -> socket.socket:
    """The connection itself; what the server goes on to hold is a closed one."""
    return socket.socket(fileno=server.detach())
