"""The way to services that the environment prescribes: proxies, and certificates that are trusted."""

import ssl
from contextlib import closing
from pathlib import Path

import pytest
from brokers import BrokerUnavailable
from certificates import Authority
from not_run import not_run
from one_answer import saying

from foldline.client.over_http import OverHttp
from foldline.client.route import is_this_machine, route_to
from foldline.client.transport import Request
from foldline.errors import ConnectionFailed, FoldlineError, SettingsError

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def get(url: str) -> bytes:
    with closing(OverHttp()) as transport:
        return transport.send(Request("GET", url, {}, None), 5).body


# --- proxies ---


def test_a_service_elsewhere_is_asked_by_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with saying() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert get("http://bank.invalid/accounts") == b"{}"
    assert proxy.heard[0].startswith("GET http://bank.invalid/accounts HTTP/1.1\r\n")


def test_a_socket_goes_by_the_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with saying(b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as proxy, closing(OverHttp()) as transport:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("//", "//me:s3cret@"))
        with pytest.raises(ConnectionFailed, match=f"by the proxy {proxy.url}: .*502") as failed:
            transport.listen("http://bank.invalid/ws", {}, 5)
    assert proxy.heard[0].startswith("CONNECT bank.invalid:80 HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic " in proxy.heard[0]
    assert "s3cret" not in failed.value.message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_never_asked_by_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with saying() as bank:
        assert get(bank.url.replace("127.0.0.1", host) + "/accounts") == b"{}"


def test_what_is_this_machine() -> None:
    assert all(map(is_this_machine, ("http://127.0.0.1:1", "http://localhost", "http://[::1]:1/a", "http://127.9.9.9")))
    assert not any(map(is_this_machine, ("http://bank", "https://10.0.0.1", "http://127.0.0.1.example.org")))


def test_hosts_of_no_proxy_are_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", ".intern,10.0.0.0/8")
    assert route_to("https://bank").proxy == "http://proxy:3128"
    assert route_to("http://bank").proxy is None
    assert [route_to(url).proxy for url in ("https://bank.intern", "https://10.1.2.3")] == [None, None]


def test_a_proxy_that_does_not_answer_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://me:s3cret@127.0.0.1:1")
    with pytest.raises(ConnectionFailed) as failed:
        get("http://bank.invalid/accounts")
    assert failed.value.message == "http://bank.invalid/accounts, by the proxy http://127.0.0.1:1: Connection refused"
    assert failed.value.details["sent"] is False


# --- certificates ---


def test_certificates_that_the_environment_names_are_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    try:
        authority = Authority(tmp_path)
    except BrokerUnavailable as error:
        not_run(error)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority.sign("bank", "IP:127.0.0.1"))
    with saying(tls=tls) as bank:
        with pytest.raises(ConnectionFailed, match="certificate verify failed"):
            get(bank.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
        assert get(bank.url) == b"{}"
        with closing(OverHttp()) as transport, pytest.raises(FoldlineError) as refused:
            transport.listen(bank.url, {}, 5)
        assert refused.value.details["status"] == 200  # it was reached, and is no socket
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with closing(OverHttp()) as transport, pytest.raises(ConnectionFailed, match="certificate verify failed"):
            transport.listen(bank.url, {}, 5)


def test_certificates_that_are_not_there_are_told_where_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/absent.pem")
    with pytest.raises(SettingsError, match=r"^REQUESTS_CA_BUNDLE=/absent\.pem: there is no such file or folder$"):
        get("https://127.0.0.1:1")
    with pytest.raises(ConnectionFailed, match="refused"):
        get("http://127.0.0.1:1")


# --- what is not taken from the environment ---


def test_a_password_of_netrc_does_not_replace_the_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with saying() as bank, closing(OverHttp()) as transport:
        transport.send(Request("GET", bank.url, {"Authorization": "Bearer abc"}, None), 5)
    assert "Authorization: Bearer abc\r\n" in bank.heard[0]
