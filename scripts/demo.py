"""Fill a running shop: 12 products, 50 customers and 500 purchases, by HTTP, as anybody would.

    python scripts/demo.py [--keep-writing]

The services are where FOLDLINE_URLS says, else on this machine; FOLDLINE_TOKEN is sent where it is set. With
`--keep-writing`, purchases and new prices go on coming, about two a second, until Ctrl-C.
"""

import argparse
import random
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from foldline import Entity, jsontext
from foldline.errors import SetupError
from foldline.settings import Settings
from foldline.topology import read_topology

SERVICES = ("products", "customers", "purchases")
PURCHASES = 500
TIMEOUT = 10.0

PRODUCTS = {
    "Bread": "3.20",
    "Butter": "2.49",
    "Café au lait": "3.80",
    "Cheddar, mature": "5.60",
    "Crème fraîche": "1.99",
    "Dark chocolate": "2.75",
    "Green tea": "4.50",
    "Honey": "6.90",
    "Jalapeños": "1.45",
    "Olive oil": "9.99",
    "Oranges": "2.10",
    "Rice": "1.80",
}
CUSTOMERS = (
    "Ada Lovelace, Alan Turing, Grace Hopper, Kurt Gödel, Emmy Noether, Paul Erdős, Sofya Kovalevskaya, "
    "Évariste Galois, Hedy Lamarr, Claude Shannon, John Backus, Edsger Dijkstra, Niklaus Wirth, Kristen Nygaard, "
    "Ole-Johan Dahl, Jean Sammet, Betty Holberton, Kathleen Antonelli, Mary Keller, Evelyn Granville, "
    "Dorothy Vaughan, Katherine Johnson, Annie Easley, Mary Jackson, Adele Goldstine, Charles Babbage, George Boole, "
    "Gottlob Frege, Haskell Curry, Alonzo Church, Stephen Kleene, Emil Post, Rózsa Péter, Julia Robinson, "
    "Alfred Tarski, Stanisław Ulam, John McCarthy, Marvin Minsky, Seymour Papert, Peter Naur, Robin Milner, "
    "Tony Brooker, Christopher Strachey, Maurice Wilkes, Konrad Zuse, Jim Gray, Edgar Codd, Dennis Ritchie, "
    "Leonhard Euler, Carl Gauss"
)


class Shop:
    """The shop's services, by HTTP."""

    def __init__(self, urls: Mapping[str, str], token: str | None) -> None:
        self._urls = urls
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def create(self, service: str, body: Entity) -> Entity:
        """Add an entity."""
        return self._send("POST", service, f"/{service}", body)

    def update(self, service: str, entity: Entity) -> Entity:
        """Change an entity."""
        return self._send("PUT", service, f"/{service}/{entity['id']}", entity)

    def check(self) -> None:
        """End the program unless every service answers."""
        for service in SERVICES:
            try:
                with self._open(f"{self._urls[service]}/readyz", timeout=TIMEOUT):
                    pass
            except OSError as error:
                sys.exit(f"{service} is not ready at {self._urls[service]}: {error}; start the shop with `make run`")

    def _send(self, method: str, service: str, path: str, body: Entity) -> Entity:
        request = urllib.request.Request(
            self._urls[service] + path, jsontext.encode(body), self._headers, method=method
        )
        with self._open(request, timeout=TIMEOUT) as answer:
            entity: Entity = jsontext.decode(answer.read())
            return entity


class Demo:
    """What goes on in the shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._products = [
            shop.create("products", {"name": name, "price": Decimal(PRODUCTS[name])}) for name in PRODUCTS
        ]
        self._customers = [
            shop.create("customers", dict(zip(("firstName", "lastName"), name.split(" "), strict=True)))
            for name in CUSTOMERS.split(", ")
        ]

    def buy(self) -> None:
        """Somebody buys one to three of something; the customers at the front of the list come more often."""
        customer = self._customers[int(len(self._customers) * random.random() ** 2)]
        product = random.choice(self._products)
        purchase = {"customerId": customer["id"], "productId": product["id"]}
        self._shop.create("purchases", purchase | {"total": product["price"] * random.randint(1, 3)})

    def reprice(self) -> None:
        """Something becomes up to a tenth dearer or cheaper."""
        number = random.randrange(len(self._products))
        product = self._products[number]
        price = (product["price"] * Decimal(random.uniform(0.9, 1.1))).quantize(Decimal("0.01"))
        self._products[number] = self._shop.update("products", product | {"price": price})

    def go_on(self) -> None:
        """A little of both, for ever; a service that is away for a while does no harm."""
        while True:
            time.sleep(random.expovariate(2))
            try:
                random.choices((self.buy, self.reprice), (9, 1))[0]()
            except OSError as error:
                print(f"not written: {error}", file=sys.stderr)


def find_shop() -> Shop:
    """The shop that topics.yaml and the environment tell of; raises SetupError."""
    settings = Settings.from_environment()
    services = read_topology(Path("topics.yaml")).services
    local = {name: f"http://127.0.0.1:{service.port}" for name, service in services.items()}
    return Shop({**local, **settings.urls}, settings.token)


def run(*, keep_writing: bool) -> None:
    """Fill the shop, and go on if asked."""
    shop = find_shop()
    shop.check()
    demo = Demo(shop)
    for _ in range(PURCHASES):
        demo.buy()
    print(f"The shop has {PURCHASES} purchases more.")
    if keep_writing:
        print("More are coming, until Ctrl-C.", flush=True)
        demo.go_on()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep-writing", action="store_true", help="go on, until Ctrl-C")
    with suppress(KeyboardInterrupt):
        try:
            run(keep_writing=parser.parse_args().keep_writing)
        except (SetupError, OSError) as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
