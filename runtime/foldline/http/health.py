"""Whether the process lives, and whether it may be sent requests."""

from flask import Flask, Response

from foldline.errors import NotReady
from foldline.http.answers import json_value
from foldline.operations import Operations


def install(app: Flask, operations: Operations) -> None:
    """Serve /livez and /readyz."""

    def livez() -> Response:
        """Whether the process lives."""
        return json_value({"live": True})

    def readyz() -> Response:
        """Whether the service may be sent requests."""
        if reasons := operations.readiness():
            raise NotReady("; ".join(reasons), reasons=reasons)
        return json_value({"ready": True})

    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)
