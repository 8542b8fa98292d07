"""What docs/functions.md shows is loaded and run as it stands."""

import re
from pathlib import Path

from small_app import SmallApp

from foldline.functions.modules import import_from

REPOSITORY = Path(__file__).parents[3]
TEXT = (REPOSITORY / "docs/functions.md").read_text()
TOPOLOGY = """
topics:
  products: {name: products, schema: "functions.schemas:Product", partitions: 1}
  purchases: {name: purchases, schema: "functions.schemas:Purchase", partitions: 1}
services:
  shop: {port: 9000, topics: [products, purchases], commands: [products], queries: [products], projectors: [sales]}
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_examples_load_and_their_tests_pass(app: SmallApp) -> None:
    command, query, sql_query, projector, tests = blocks("python")
    create = (REPOSITORY / "functions/commands/products.py").read_text()
    app.write("topics.yaml", TOPOLOGY)
    app.write("functions/schemas.py", (REPOSITORY / "functions/schemas.py").read_text())
    app.write(
        "functions/commands/products.py", create + command.replace("def update", "def reprice").replace("PUT", "PATCH")
    )
    app.write("functions/queries/products.py", f"from foldline import Tables\n{query}\n{sql_query}")
    app.write("functions/projectors/sales.py", projector)
    app.write("functions/projectors/sales.sql", blocks("sql")[0])
    app.write("functions/tests.py", tests)
    application = app.load("shop")
    assert [query.name for query in application.queries] == ["products.browse", "products.retrieve", "products.dear"]
    module = import_from(app.folder, "functions.tests", "docs")
    shown = [value for name, value in vars(module).items() if name.startswith("test_")]
    assert len(shown) == 5
    for test in shown:
        test()
