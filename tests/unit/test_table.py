"""Rows as a person reads them."""

from decimal import Decimal

from foldline.table import cell_text, display_width, harmless, text_table

BUTTER = {"id": "p1", "name": "Butter", "price": Decimal("1.50")}
MILK = {"id": "p2", "name": "Milk", "price": Decimal("12.00")}


def test_text_stands_to_the_left_and_numbers_to_the_right() -> None:
    assert text_table([BUTTER, MILK]) == ["ID  NAME    PRICE", "p1  Butter   1.50", "p2  Milk    12.00"]


def test_nothing_is_no_table() -> None:
    assert text_table([], ["id"]) == []


def test_only_the_columns_that_were_asked_for_are_shown_in_their_order() -> None:
    assert text_table([BUTTER], ["name", "id"]) == ["NAME    ID", "Butter  p1"]


def test_headings_are_words_however_a_name_joins_them() -> None:
    assert text_table([{"total_spent": 1, "purchaseCount": 2}])[0] == "TOTAL SPENT  PURCHASE COUNT"


def test_what_a_row_lacks_is_a_dash() -> None:
    assert text_table([BUTTER, {"id": "p3"}])[2] == "p3  -           -"


def test_wide_characters_take_two_cells() -> None:
    lines = text_table([{"name": "黄油", "n": 1}, {"name": "Butter", "n": 2}])
    assert {display_width(line) for line in lines} == {len("Butter  N")}


def test_the_widest_columns_are_cut_until_a_line_fits() -> None:
    lines = text_table([{"id": "p1", "a": "x" * 50, "b": "y" * 20}], width=40)
    assert max(map(len, lines)) == 40
    assert lines[1].startswith("p1  xxx")
    assert "…" in lines[1]


def test_what_a_row_is_called_is_cut_last() -> None:
    row = {"id": "p" * 22, "a": "x" * 20, "b": 1}
    assert text_table([row], width=40)[1] == f"{'p' * 22}  {'x' * 12}…  1"
    assert text_table([row], width=30)[1] == f"{'p' * 16}…  {'x' * 7}…  1"


def test_a_table_that_cannot_fit_stays_readable() -> None:
    assert "xxxxxxx…" in text_table([{"a": "x" * 50, "b": "y" * 50}], width=3)[1]


def test_what_would_steer_a_terminal_is_spelled_out() -> None:
    assert cell_text("\x1b[31mred\n") == r"\x1b[31mred\n"
    assert cell_text({"a": "\x9b31m"}) == r'{"a":"\x9b31m"}'
    assert text_table([{"\x9b2m": 1}])[0] == r"\X9B2M"


def test_a_text_of_several_lines_keeps_them() -> None:
    assert harmless("one\n\ttwo\x1b[31m\r") == "one\n\ttwo\\x1b[31m\\r"


def test_values_with_parts_are_written_as_json() -> None:
    assert cell_text({"a": [Decimal("1.50"), None]}) == '{"a":[1.50,null]}'
    assert cell_text(["a", True]) == "a, yes"
