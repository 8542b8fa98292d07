"""docs/client.md says what is so."""

import re
from pathlib import Path
from typing import Any

from transports import InProcess

from foldline import errors
from foldline.client import Client
from foldline.errors import FoldlineError
from foldline.testing import running

REPOSITORY = Path(__file__).parents[3]
TEXT = (REPOSITORY / "docs" / "client.md").read_text()


def test_the_first_lines_do_what_they_say() -> None:
    [code] = [block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "Product.create" in block]
    services = ("products", "customers", "purchases", "dashboard")
    with running(REPOSITORY, *services, log_level="error") as shop:
        client = Client({name: f"http://{name}" for name in services}, transport=InProcess(shop))
        names: dict[str, Any] = dict(client.resources)
        exec(code.replace("c.delete()", "happened = [change.function for change in c.history()]\nc.delete()"), names)
        assert names["happened"] == ["customers.update", "customers.create"]
        assert client.query("dashboard.purchase", id=names["b"].id).amount_spent == names["b"].total
        assert list(client.query("dashboard.customers", sort="-totalSpent")) == []


def test_every_error_that_it_names_is_there() -> None:
    table = TEXT.partition("| error | when |")[2].partition("## The shell")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`([A-Z]\w+)`", row)} - {"AttributeError"}
    assert named >= {"FieldError", "ConflictError", "UnknownOutcome"}
    for name in named:
        assert issubclass(getattr(errors, name), FoldlineError)
