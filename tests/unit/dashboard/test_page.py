"""The page's own files."""

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import dashboard_web
from dashboard_web.page import FILES

STATIC = Path(dashboard_web.__file__).parent / "static"


@pytest.mark.parametrize("path", ["/", *(f"/{name}" for name in FILES)])
def test_each_file_is_served_to_this_host_alone(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; connect-src 'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    with client.get("/app.js") as first:
        etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    with client.get("/app.js", headers={"If-None-Match": etag}) as second:
        assert second.status_code == 304


def test_all_that_was_built_is_served() -> None:
    assert sorted(file.name for file in STATIC.iterdir()) == sorted(["index.html", *FILES])


def test_the_page_loads_what_is_beside_it_and_nothing_else() -> None:
    loaded = re.findall(r'(?:src|href)="([^"]+)"', (STATIC / "index.html").read_text())
    assert sorted(loaded) == sorted(f"./{name}" for name in FILES)


def test_the_page_has_no_script_or_style_inside() -> None:
    """The policy would not let it run."""
    text = (STATIC / "index.html").read_text()
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", text)


def test_the_script_is_small() -> None:
    assert len(gzip.compress((STATIC / "app.js").read_bytes())) < 100_000
