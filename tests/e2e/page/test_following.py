"""The page follows the log."""

from browser import Reader
from open_shop import OpenShop, row
from playwright.sync_api import expect


def test_the_page_follows_what_is_made_changed_and_deleted(opened: OpenShop, reader: Reader) -> None:
    page = reader.open("products?q=Followed")
    expect(page.get_by_text("Nothing here has")).to_be_visible()
    tea = opened.product("Followed tea", 4.5)
    expect(row(page, "Followed tea")).to_contain_text("4.50")
    opened.products.put(f"/products/{tea}", {"name": "Followed tea", "price": 5})
    expect(row(page, "Followed tea")).to_contain_text("5.00")
    opened.products.delete(f"/products/{tea}")
    expect(row(page, "Followed tea")).to_have_count(0)


def test_a_purchase_is_counted_wherever_it_counts(opened: OpenShop, reader: Reader) -> None:
    customer, product = opened.customer("Counted", "Customer"), opened.product("Counted cake", 3)
    page = reader.open("customers?q=Counted")
    expect(row(page, "Counted Customer")).to_contain_text("0.00")
    opened.purchase(customer, product, 7_654_321.5)
    expect(row(page, "Counted Customer")).to_contain_text("7,654,321.50")
    page.get_by_role("link", name="Purchases", exact=True).click()
    expect(row(page, "Counted cake")).to_contain_text("7,654,321.50")
    page.get_by_role("link", name="Sales", exact=True).click()
    expect(page.get_by_role("region", name="Top customers")).to_contain_text("Counted Customer")


def test_a_paused_list_says_how_much_waits(opened: OpenShop, reader: Reader) -> None:
    shown = opened.product("Paused pie", 2)
    page = reader.open("products?q=Paused")
    expect(row(page, "Paused pie")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    opened.products.put(f"/products/{shown}", {"name": "Paused pie", "price": 9})
    opened.product("Paused plum")
    waiting = page.get_by_role("button", name="2 changes wait")
    waiting.wait_for()
    expect(row(page, "Paused pie")).to_contain_text("2.00")
    expect(row(page, "Paused plum")).to_have_count(0)
    waiting.click()
    expect(row(page, "Paused pie")).to_contain_text("9.00")
    expect(row(page, "Paused plum")).to_be_visible()
