"""Outages, bursts, and what stands between the page and its server."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from balancer import under_prefix
from browser import OUTAGES, Reader
from open_shop import OpenShop, row
from playwright.sync_api import Browser, expect

BURST = 5_000


def test_nothing_is_missed_while_the_dashboard_is_away(opened: OpenShop, reader: Reader) -> None:
    page = reader.open("products?q=Missed")
    opened.product("Missed before")
    expect(row(page, "Missed before")).to_be_visible()
    reader.reasons = OUTAGES
    opened.dashboard.kill()
    expect(page.get_by_role("status").filter(has_text="Reconnecting")).to_be_visible()
    opened.product("Missed meanwhile")
    opened.shop.start_as_declared("dashboard").wait_ready()
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible(timeout=40_000)
    expect(row(page, "Missed meanwhile")).to_be_visible()
    page.get_by_role("link", name="Log", exact=True).click()
    expect(page.locator(".line").filter(has_text="Missed meanwhile")).to_be_visible()


def test_a_burst_leaves_the_page_usable_and_right(opened: OpenShop, reader: Reader) -> None:
    products = [opened.product(f"Burst {number:02}", 1) for number in range(50)]
    page = reader.open("products?q=Burst&sort=name")
    expect(row(page, "Burst 00")).to_be_visible()

    def change(number: int) -> None:
        body = {"name": f"Burst {number % 50:02}", "price": number}
        assert opened.products.put(f"/products/{products[number % 50]}", body).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        changing = [pool.submit(change, number) for number in range(BURST)]
        for view in ("Customers", "Log", "Sales", "Products"):  # each answers within the timeout while they come
            page.get_by_role("link", name=view, exact=True).click()
            expect(page.get_by_role("heading", name=view, exact=True, level=1)).to_be_visible(timeout=2_000)
        for changed in changing:
            changed.result()
    expected = {product["name"]: product["price"] for product in opened.products.get("/products?limit=1000").json()}
    page.goto(f"{reader.url}/#/products?q=Burst&sort=name")
    for number in (0, 7):
        name = f"Burst {number:02}"
        expect(row(page, name)).to_contain_text(f"{expected[name]:,.2f}")


def test_it_works_behind_a_balancer_that_cuts_off_a_prefix(opened: OpenShop, browser: Browser) -> None:
    with (
        under_prefix("/some/shop", opened.dashboard.port) as url,
        closing(browser.new_context(locale="en-GB")) as context,
    ):
        reader = Reader(context, url)
        page = reader.open("products?q=Prefixed")
        opened.product("Prefixed pear")
        expect(row(page, "Prefixed pear")).to_be_visible()
        row(page, "Prefixed pear").click()
        page.get_by_role("link", name="History").click()
        expect(page.locator(".moment")).to_have_count(1)
        assert reader.complaints == []
