"""The dashboard's page in a real browser, on the whole shop, on both logs."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from balancer import under_prefix
from browser import Reader, chromium
from playwright.sync_api import Browser, Page, expect
from services import SERVICES, Service, Shop

VIEWS = ("sales", "customers", "products", "purchases", "log", "system")
BURST = 5_000


class OpenShop(NamedTuple):
    """The shop and its dashboard."""

    shop: Shop
    products: Service
    customers: Service
    purchases: Service
    dashboard: Service

    def product(self, name: str, price: float = 1.5) -> str:
        return self._id(self.products.post("/products", {"name": name, "price": price}))

    def customer(self, first: str, last: str) -> str:
        return self._id(self.customers.post("/customers", {"firstName": first, "lastName": last}))

    def purchase(self, customer: str, product: str, total: float) -> str:
        body = {"customerId": customer, "productId": product, "total": total}
        return self._id(self.purchases.post("/purchases", body))

    @staticmethod
    def _id(answer: Any) -> str:
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="module", params=["embedded", "kafka"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenShop]:
    """One shop for all tests here; each makes what it looks at."""
    folder = tmp_path_factory.mktemp(f"page-{request.param}")
    log = "sqlite:var/log.db" if request.param == "embedded" else request.getfixturevalue("broker").url
    with closing(Shop(folder, log).create_topics()) as shop:
        services = [shop.start_as_declared(name) for name in (*SERVICES, "dashboard")]
        yield OpenShop(shop, *(service.wait_ready() for service in services))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def reading(browser: Browser, opened: OpenShop) -> Iterator[Callable[..., Reader]]:
    """Opens the page as somebody would, who must have nothing to complain of at the end."""
    readers: list[Reader] = []
    contexts = []

    def read(**options: Any) -> Reader:
        contexts.append(browser.new_context(locale="en-GB", **options))
        readers.append(Reader(contexts[-1], opened.dashboard.url))
        return readers[-1]

    yield read
    for context in contexts:
        context.close()
    assert [complaint for reader in readers for complaint in reader.complaints] == []


@pytest.fixture
def reader(reading: Callable[..., Reader]) -> Reader:
    return reading(viewport={"width": 1280, "height": 800})


def row(page: Page, text: str) -> Any:
    return page.locator("tbody tr").filter(has_text=text)


# --- following ---


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
    opened.purchase(customer, product, 1234.56)
    expect(row(page, "Counted Customer")).to_contain_text("1,234.56")
    page.get_by_role("link", name="Purchases", exact=True).click()
    expect(row(page, "Counted cake")).to_contain_text("1,234.56")
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


# --- looking into one ---


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
    opened.products.put(f"/products/{product}", {"name": "Historic ham", "price": 4.75})
    page = reader.open(f"products/{product}/history")
    moments = page.get_by_role("dialog").locator(".moment")
    expect(moments).to_have_count(2)
    expect(moments.first).to_contain_text(re.compile(r"products\.update.*price.*4.*→.*4\.75", re.DOTALL))
    expect(page.get_by_text("This is where it began.")).to_be_visible()
    opened.products.delete(f"/products/{product}")
    expect(moments).to_have_count(3)
    expect(moments.first).to_contain_text("Removed")


# --- the log and the services ---


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


# --- trouble ---


def test_nothing_is_missed_while_the_dashboard_is_away(opened: OpenShop, reader: Reader) -> None:
    page = reader.open("products?q=Missed")
    opened.product("Missed before")
    expect(row(page, "Missed before")).to_be_visible()
    reader.may_lose_contact = True
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


# --- everybody ---


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
