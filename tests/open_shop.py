"""The whole shop with its dashboard, and what is done in it."""

from typing import NamedTuple

import requests
from playwright.sync_api import Locator, Page
from services import Service, Shop


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
    def _id(answer: requests.Response) -> str:
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def row(page: Page, text: str) -> Locator:
    """The row of a list that has this text."""
    return page.locator("tbody tr").filter(has_text=text)
