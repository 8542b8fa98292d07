"""Tokens, origins, and the page that asks for a token."""

from typing import Any

import pytest

OPEN = ["/livez", "/readyz"]
CLOSED = ["/products", "/products/p1", "/-/status", "/metrics", "/openapi.json", "/docs", "/nowhere"]


@pytest.fixture
def guarded(shop: Any) -> Any:
    return shop.client(token="first,second\nthird")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("path", CLOSED)
def test_without_the_token_nothing_is_told(guarded: Any, path: str) -> None:
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=foldline"
    assert answer.json["type"] == "urn:foldline:problem:unauthorized"


@pytest.mark.parametrize("path", OPEN)
def test_health_asks_for_no_token(guarded: Any, path: str) -> None:
    assert guarded.get(path).status_code == 200


@pytest.mark.parametrize("token", ["first", "second", "third"])
def test_any_of_the_tokens_opens(guarded: Any, token: str) -> None:
    assert guarded.get("/products/p1", headers=bearer(token)).status_code == 200
    assert guarded.get("/products/p1", headers={"Authorization": f"bearer  {token} "}).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer fourth", "Bearer first,second", "Basic first", "first", "Bearer \xff"],
)
def test_anything_else_does_not(shop: Any, guarded: Any, authorization: str) -> None:
    answer = guarded.delete("/products/p1", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert not shop.writes.calls


def test_a_browser_is_asked_for_the_token_by_a_page(guarded: Any) -> None:
    answer = guarded.get("/docs/ü?a=%22%3E", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 401
    assert answer.content_type == "text/html; charset=utf-8"
    assert 'name="next" value="/docs/%C3%BC?a=%22%3E"' in answer.text
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=foldline"


def test_the_page_keeps_the_token_in_a_cookie_that_no_script_reads(guarded: Any) -> None:
    answer = guarded.post("/sign-in", data={"token": "second", "next": "/docs?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/docs?a=1")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert guarded.get("/docs").status_code == 200
    assert guarded.delete("/products/p1").status_code == 200


def test_over_https_the_cookie_is_secure(guarded: Any) -> None:
    answer = guarded.post("/sign-in", data={"token": "first"}, base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_behind_a_proxy_that_ends_https_the_cookie_is_secure(guarded: Any) -> None:
    answer = guarded.post("/sign-in", data={"token": "first"}, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_wrong_token_is_asked_for_again(guarded: Any) -> None:
    answer = guarded.post("/sign-in", data={"token": "fourth", "next": '/docs"><b>'})
    assert answer.status_code == 401
    assert "That is not the token." in answer.text
    assert "<b>" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb", "x"])
def test_signing_in_never_leads_to_another_site(guarded: Any, path: str) -> None:
    assert guarded.post("/sign-in", data={"token": "first", "next": path}).headers["Location"] == "/"


def test_without_a_token_there_is_nothing_to_sign_in_to(client: Any) -> None:
    assert client.post("/sign-in", data={"token": "first"}).status_code == 404


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 200),
        ("https://shop.example", 200),
        ("http://shop.example", 403),
        ("http://localhost:9995", 403),
        ("http://localhost.evil.example", 403),
        ("null", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
def test_only_pages_of_its_own_and_those_listed_may_write(shop: Any, origin: str, status: int) -> None:
    client = shop.client(origins=("https://shop.example",))
    assert client.delete("/products/p1", headers={"Origin": origin}).status_code == status
    assert len(shop.writes.calls) == (1 if status == 200 else 0)


def test_any_page_may_read_what_a_browser_lets_it(client: Any) -> None:
    answer = client.get("/products/p1", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
