"""A real browser, driven by Playwright, whose every complaint fails the test."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

_SCRIPT = Path(__file__).parents[1] / "scripts" / "browser.sh"
_INSTALL_SECONDS = 300
_QUIET = (
    "--no-sandbox",  # in a container, as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OUTAGES = ("net::ERR_", "WebSocket connection to", "the server responded with a status of 50")
"""What a browser says where a server is away."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; without one the test is skipped as not run, and in CI it fails."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(), args=[*_QUIET])
        yield browser
        browser.close()


def _path() -> str:
    try:
        found = subprocess.run([_SCRIPT], check=True, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        why = getattr(error, "stderr", None) or error
        if os.environ.get("CI"):
            pytest.fail(f"no browser: {why}")
        pytest.skip(f"not run: {why}")
    return found.stdout.strip()


class Reader:
    """Somebody who has the page open."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.reasons: tuple[str, ...] = ()
        """What it may well complain of, for the test gives it reason."""
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._on_request(request.url))

    def open(self, view: str = "") -> Page:
        """Go to a view, such as `products?q=tea`, and wait until it is live."""
        self.page.goto(f"{self.url}/#/{view}")
        self.page.get_by_role("status").filter(has_text="Live").wait_for()
        return self.page

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(reason in message.text for reason in self.reasons):
            self.complaints.append(message.text)

    def _on_request(self, url: str) -> None:
        if not url.startswith(("data:", self.url, self.url.replace("http", "ws", 1))):
            self.complaints.append(f"it asked another host: {url}")
