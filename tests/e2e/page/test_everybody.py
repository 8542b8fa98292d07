"""The page for everybody: by eye, ear or keyboard, in light and dark, on a phone."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Reader
from open_shop import OpenShop, row
from playwright.sync_api import Page, expect

VIEWS = ("sales", "customers", "products", "purchases", "log", "system")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use_it(
    opened: OpenShop, reading: Callable[..., Reader], view: str, colours: Literal["light", "dark"]
) -> None:
    some_purchase(opened)
    page = reading(color_scheme=colours, reduced_motion="reduce").open(view)
    expect(page.get_by_text("Ready" if view == "system" else "Everyone").first).to_be_visible()
    assert complaints(page) == []


def test_everybody_can_use_what_opens(opened: OpenShop, reading: Callable[..., Reader]) -> None:
    customer = some_purchase(opened)
    page = reading(reduced_motion="reduce").open(f"customers/{customer}")
    expect(page.get_by_role("dialog").get_by_text("Everyone's egg")).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("link", name="History").click()
    expect(page.locator(".moment").first).to_be_visible()
    assert complaints(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_it_fits_a_phone(opened: OpenShop, reading: Callable[..., Reader], view: str) -> None:
    page = reading(viewport={"width": 360, "height": 740}, has_touch=True).open(view)
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= 360


def test_all_of_it_works_by_keyboard(opened: OpenShop, reader: Reader) -> None:
    opened.product("Keyboard kale")
    page = reader.open("products")
    page.keyboard.press("/")
    page.keyboard.type("Keyboard")
    expect(page).to_have_url(re.compile("q=Keyboard"))
    expect(page.locator("tbody tr")).to_have_count(1)
    row(page, "Keyboard kale").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def some_purchase(opened: OpenShop) -> str:
    """By somebody who is seen in every view."""
    customer = opened.customer("Everyone", "Else")
    opened.purchase(customer, opened.product("Everyone's egg"), 1_000_000)
    return customer


def complaints(page: Page) -> list[str]:
    """What axe finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
