"""What operators see of all services on one page, and do: the browser asks only this host, which asks the others."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadGateway, NotFound, UnsupportedMediaType

from dashboard_web.services import Answer, Services, Unreachable

_LISTS = "<any('dead-letters', 'parked'):kept>"


def install(made: Blueprint, services: Services) -> None:
    """Serve what the page's System view asks for, under `/system/`."""
    view = _System(services)
    made.add_url_rule("/system/", "system", view.overview)
    made.add_url_rule(f"/system/<service>/{_LISTS}", "kept", view.kept)
    made.add_url_rule(
        f"/system/<service>/{_LISTS}/<int:number>/<any('retry', 'discard'):act>", "act", view.act, methods=["POST"]
    )


class _System:
    def __init__(self, services: Services) -> None:
        self._services = services

    def overview(self) -> Response:
        """Every service: name, url, status (as its `/-/status` has it; None where it does not answer), error."""
        answers = self._services.ask_all("/-/status")
        return _fresh([_described(name, self._services.urls[name], answer) for name, answer in answers.items()])

    def kept(self, service: str, kept: str) -> Response:
        """One page of a service's dead letters or parked events; `?after=` the last number seen."""
        return self._relayed(service, f"/-/{kept}", after=request.args.get("after", "0"))

    def act(self, service: str, kept: str, number: int, act: str) -> Response:
        """Retry or discard one of them."""
        if not request.is_json:  # what a page of another site can send without asking first is not JSON
            raise UnsupportedMediaType("Send Content-Type: application/json.")
        return self._relayed(service, f"/-/{kept}/{number}/{act}", method="POST")

    def _relayed(self, service: str, path: str, *, method: str = "GET", **query: str) -> Response:
        if service not in self._services.urls:
            raise NotFound(f"topics.yaml has no service {service}.")
        try:
            answer = self._services.ask(service, path, method=method, **query)
        except Unreachable as error:
            raise BadGateway(f"{error}") from error
        return _fresh(answer.body, answer.status)


def _described(name: str, url: str, answer: Answer | Unreachable) -> Mapping[str, Any]:
    described = {"name": name, "url": url, "status": None, "error": None}
    match answer:
        case Unreachable():
            return described | {"error": str(answer)}
        case Answer(200, status):
            return described | {"status": status}
        case _:
            return described | {"error": f"it answered {answer.status} to /-/status"}


def _fresh(body: Any, status: int = 200) -> Response:
    """True of one moment only."""
    answer = Response(status=status) if body is None else jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
