"""One command builds the whole system, starts it in containers, goes through it, and leaves nothing behind."""

import os

import pytest
from engine import run
from ports import free_port


def test_the_stack_starts_from_nothing_is_gone_through_and_is_gone(image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", f"foldline-tour-{os.getpid()}")
    seen = run("scripts/stack.sh")
    assert "Ada has bought 1 thing for 1.99" in seen
    assert "customers.create, products.create, purchases.create" in seen
    assert "products.update 1.75, products.create 1.50" in seen
    assert "total=Decimal('1.99')" in seen  # by the shell in the client's container
    ours = f"label=com.docker.compose.project={os.environ['COMPOSE_PROJECT_NAME']}"
    for kind in ("container", "volume", "network"):
        assert run("docker", kind, "ls", "--quiet", "--filter", ours) == ""
