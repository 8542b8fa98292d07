from types import ModuleType

import pytest

from foldline import NotFound
from foldline.testing import entities
from functions.queries import customers, products, purchases

EACH = pytest.mark.parametrize("queries", [products, customers, purchases])
STORED = entities({"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}})


@EACH
def test_lists_are_given_page_by_page(queries: ModuleType) -> None:
    page = queries.browse(STORED, {"limit": 2, "after": None})
    assert [entity["id"] for entity in page] == ["a", "b"]
    assert [entity["id"] for entity in queries.browse(STORED, {"limit": 2, "after": page.after})] == ["c"]


@EACH
def test_one_is_given_by_its_id(queries: ModuleType) -> None:
    assert queries.retrieve(STORED, "b") == {"id": "b", "n": 2}
    with pytest.raises(NotFound):
        queries.retrieve(STORED, "d")
