"""A tour through the shop behind its balancer: makes a sale and looks at it from every side, or fails."""

import json
import sys
from decimal import Decimal

from websocket import create_connection

from foldline.client import Client

SERVICES = ("products", "customers", "purchases", "dashboard")


def main(url: str) -> None:
    """Go through the shop at this address, and tell what is there."""
    events = create_connection(url.replace("http", "ws", 1) + "/ws", timeout=20)
    with Client({name: f"{url}/services/{name}" for name in SERVICES}) as client:
        butter = client.Product.create(name="Butter", price=Decimal("1.50"))
        ada = client.Customer.create(first_name="Ada", last_name="Lovelace")
        sale = client.Purchase.create(product_id=butter.id, customer_id=ada.id, total=Decimal("1.99"))
        tell("created", f"{butter.name} at {butter.price}, {ada.first_name} {ada.last_name}, a sale of {sale.total}")

        seen = client.query("dashboard.customer", id=ada.id)
        assert (seen.purchase_count, seen.total_spent) == (1, sale.total), seen
        tell("dashboard", f"{seen.first_name} has bought {seen.purchase_count} thing for {seen.total_spent}")

        told: dict[str, str] = {}
        while not {butter.id, ada.id, sale.id} <= told.keys():
            frame = json.loads(events.recv())
            if frame["type"] == "event":
                told[frame["id"]] = frame["function"]
        tell("socket", ", ".join(sorted(told[one.id] for one in (butter, ada, sale))))

        butter.price = Decimal("1.75")
        butter.save()
        tell("history", ", ".join(f"{change.function} {change.entity.price}" for change in butter.history()))
    events.close()


def tell(what: str, how: str) -> None:
    """One line of the tour."""
    print(f"{what:>12}  {how}")


if __name__ == "__main__":
    main(sys.argv[1])
