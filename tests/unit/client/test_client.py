"""A client: where the services are, and which of them answer."""

from pathlib import Path

import pytest
from transports import InProcess, Scripted, ok

from foldline.client import Client
from foldline.client.addresses import addresses, local_addresses
from foldline.client.transport import Answer, Request
from foldline.errors import ConnectionFailed, FieldError, NotFound, SettingsError
from foldline.settings import Settings
from foldline.topology import read_topology


class Away:
    """A transport with one service that is not up, until it is."""

    def __init__(self, transport: InProcess, service: str) -> None:
        self.away: str | None = service
        self._transport = transport
        self.listen, self.close = transport.listen, transport.close

    def send(self, request: Request, timeout: float) -> Answer:
        if self.away is not None and self.away in request.url:
            raise ConnectionFailed(f"{request.url}: Connection refused", sent=False)
        return self._transport.send(request, timeout)


def test_services_are_where_topics_yaml_says_or_the_environment(bank_folder: Path) -> None:
    file = bank_folder / "topics.yaml"
    assert local_addresses(read_topology(file)) == {"desk": "http://127.0.0.1:9990", "office": "http://127.0.0.1:9991"}
    assert addresses(file, Settings(urls={"office": "http://far:80"}))["office"] == "http://far:80"


def test_without_topics_yaml_the_environment_is_enough(tmp_path: Path) -> None:
    assert addresses(tmp_path / "none.yaml", Settings(urls={"desk": "http://far"})) == {"desk": "http://far"}
    with pytest.raises(SettingsError, match="or set FOLDLINE_URLS"):
        addresses(tmp_path / "none.yaml", Settings())


def test_a_client_takes_its_settings_from_the_environment(bank_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLDLINE_URLS", "desk=http://far/")
    monkeypatch.setenv("FOLDLINE_TOKEN", "one, two")
    empty = ok({"openapi": "3.1.0"})
    transport = Scripted(empty, empty)
    Client.from_environment(bank_folder / "topics.yaml", transport=transport).close()
    assert {request.url for request in transport.sent} == {
        "http://far/openapi.json",
        "http://127.0.0.1:9991/openapi.json",
    }
    assert {request.headers["Authorization"] for request in transport.sent} == {"Bearer one"}


def test_a_topology_is_of_services_on_this_machine(bank_folder: Path, transport: InProcess) -> None:
    client = Client(read_topology(bank_folder / "topics.yaml"), transport=Away(transport, "127.0.0.1"))
    assert set(client.unreachable) == {"desk", "office"}


def test_a_service_that_is_not_up_leaves_the_others(transport: InProcess) -> None:
    away = Away(transport, "http://desk")
    with Client({"desk": "http://desk", "office": "http://office"}, transport=away) as client:
        assert list(client.resources) == ["Branch"]
        assert "Connection refused" in client.unreachable["desk"].message
        with pytest.raises(FieldError, match="there is no Account; known are Branch; desk cannot be reached at"):
            client.Account  # noqa: B018
        with pytest.raises(NotFound, match=r"there is no query accounts\.rich.*; desk cannot be reached at"):
            client.query("accounts.rich")
        away.away = None
        client.connect()
        assert (list(client.resources), client.unreachable) == (["Account", "Branch"], {})


def test_a_class_of_a_service_that_went_away_says_where_it_should_be(transport: InProcess) -> None:
    away = Away(transport, "http://none")
    with Client({"desk": "http://desk"}, transport=away, max_retries=0) as client:
        away.away = "http://desk"
        with pytest.raises(ConnectionFailed, match=r"^desk cannot be reached at http://desk/accounts"):
            client.Account.create(owner_name="Ada")


@pytest.mark.parametrize("answer", [Answer(200, {}, b"<html>"), ok(), ok([1]), ok({"a": 1}), ok(status=302)])
def test_what_is_no_service_of_foldlines_is_told(answer: Answer) -> None:
    with Client({"desk": "http://desk"}, transport=Scripted(answer)) as client:
        assert client.unreachable["desk"].message in {
            "the answer is not JSON: Expecting value: line 1 column 1 (char 0)",
            "what is at http://desk is no service of Foldline's",
            "GET http://desk/openapi.json was answered 302.",
        }


def test_two_topics_of_one_schema_are_told_apart_by_their_names() -> None:
    look = {"title": "Note", "properties": {}}
    document = {"openapi": "3.1.0", "components": {"schemas": {"entity.notes": look, "entity.old_notes": look}}}
    with Client({"desk": "http://desk"}, transport=Scripted(ok(document))) as client:
        assert list(client.resources) == ["Note", "OldNotes"]
