"""The shop's schemas, and what their description says, mean the same."""

import pytest
from marshmallow import ValidationError

from functions.schemas import Product

BLANKS = [*"\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2028\u2029\u202f\u205f\u3000\ufeff"]


@pytest.mark.parametrize("blank", BLANKS)
def test_what_is_blank_to_either_language_is_no_name(blank: str) -> None:
    with pytest.raises(ValidationError, match="Blank"):
        Product().load({"name": blank * 3, "price": 1})
    assert Product().load({"name": f"{blank}Tea", "price": 1})["name"] == f"{blank}Tea"
