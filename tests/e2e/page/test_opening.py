"""Looking into one customer, product, event or service."""

import re
import shlex
import subprocess
from contextlib import closing
from pathlib import Path

from browser import Reader
from open_shop import OpenShop, row
from playwright.sync_api import Browser, expect
from services import Shop


def test_a_row_opens_its_purchases_at_an_address_of_their_own(opened: OpenShop, reader: Reader) -> None:
    customer, product = opened.customer("Modal", "Customer"), opened.product("Modal muffin", 3)
    opened.purchase(customer, product, 6)
    page = reader.open("customers?q=Modal")
    row(page, "Modal Customer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Modal Customer")).to_be_visible()
    expect(dialog.locator("tbody tr").filter(has_text="Modal muffin")).to_contain_text("6.00")
    expect(page).to_have_url(re.compile(rf"#/customers/{customer}\?q=Modal$"))
    page.reload()
    expect(dialog.get_by_role("heading", name="Modal Customer")).to_be_visible()
    opened.purchase(customer, product, 7.25)
    expect(dialog.locator("tbody tr").filter(has_text="7.25")).to_be_visible()
    expect(dialog.get_by_text("13.25")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile(r"#/customers\?q=Modal$"))


def test_a_history_tells_what_changed_and_goes_on(opened: OpenShop, reader: Reader) -> None:
    product = opened.product("Historic ham", 4)
    dearer = opened.products.put(f"/products/{product}", {"name": "Historic ham", "price": 4.75})
    opened.dashboard.get("/api/products", log_position=dearer.headers["Log-Position"], prefer="wait=10")
    page = reader.open(f"products/{product}/history")
    moments = page.get_by_role("dialog").locator(".moment")
    expect(moments).to_have_count(2)
    expect(moments.first).to_contain_text(re.compile(r"products\.update.*price.*4.*→.*4\.75", re.DOTALL))
    expect(page.get_by_text("This is where it began.")).to_be_visible()
    reader.reasons = ("the server responded with a status of 404",)
    opened.products.delete(f"/products/{product}")
    expect(moments).to_have_count(3)
    expect(moments.first).to_contain_text("Removed")
    expect(page.get_by_role("dialog")).to_contain_text("removed, or never there")


def test_the_log_is_searched_and_each_event_has_an_address(opened: OpenShop, reader: Reader) -> None:
    page = reader.open("log?topic=products&q=logged")
    product = opened.product("Logged lemon", 2)
    opened.customer("Logged", "Customer")
    line = page.locator(".line")
    expect(line).to_have_count(1)
    line.get_by_role("link").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="products.create")).to_be_visible()
    expect(dialog).to_contain_text("ce_type")
    expect(page).to_have_url(re.compile(rf"#/log/products/{product}/"))
    page.reload()
    expect(dialog.get_by_role("heading", name="products.create")).to_be_visible()


def test_the_services_are_shown_as_they_are(opened: OpenShop, reader: Reader) -> None:
    page = reader.open("system")
    expect(page.get_by_text("4 of 4 ready")).to_be_visible()
    card = page.get_by_role("region", name="purchases")
    expect(card).to_contain_text("Ready")
    opened.purchases.kill()
    try:
        expect(card).to_contain_text("Does not answer")
        expect(page.get_by_text("3 of 4 ready")).to_be_visible()
    finally:
        opened.shop.start_as_declared("purchases").wait_ready()
    expect(page.get_by_text("4 of 4 ready")).to_be_visible()


def test_an_empty_shop_says_how_to_make_the_first_product(browser: Browser, tmp_path: Path) -> None:
    with (
        closing(Shop(tmp_path / "empty", "sqlite:var/log.db")) as shop,
        closing(browser.new_context(locale="en-GB")) as context,
    ):
        dashboard = shop.start_as_declared("dashboard").wait_ready()
        products = shop.start_as_declared("products").wait_ready()
        reader = Reader(context, dashboard.url)
        page = reader.open()
        line = page.locator(".command")
        expect(line).to_contain_text(f"curl {products.url}/products")
        made = subprocess.run(shlex.split(line.inner_text()), capture_output=True, text=True, check=True)
        assert "Earl Grey" in made.stdout
        expect(page.get_by_role("region", name="Top products")).to_contain_text("Earl Grey")
        assert reader.complaints == []
