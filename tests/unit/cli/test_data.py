"""Objects as they are typed."""

import io
from decimal import Decimal
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from foldline import jsontext
from foldline.cli.data import takes_data, typed_object
from foldline.errors import Malformed


def test_an_object_is_read_from_the_line_a_file_or_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "body.json"
    file.write_text('{"price": 1.50}')
    monkeypatch.setattr("sys.stdin", io.StringIO('{"price": 1.50}'))
    for data in ('{"price": 1.50}', f"@{file}", "@-"):
        assert typed_object(data, ()) == {"price": Decimal("1.50")}


def test_fields_are_json_where_they_are_some_and_text_elsewhere() -> None:
    fields = ("name=Butter", "price=1.50", "sold=true", 'zip="123"', "note=a=b", "tags=[1]", "empty=")
    assert typed_object('{"name": "Jam", "kept": 1}', fields) == {
        "name": "Butter",
        "kept": 1,
        "price": Decimal("1.50"),
        "sold": True,
        "zip": "123",
        "note": "a=b",
        "tags": [1],
        "empty": "",
    }


def test_nothing_typed_is_nothing() -> None:
    assert typed_object(None, ()) is None
    assert typed_object("{}", ()) == {}


@pytest.mark.parametrize(
    ("data", "fields", "why"),
    [
        ("{", (), "--data is not JSON"),
        ("[1]", (), "--data is no object"),
        ("@/no/such/file", (), "--data @/no/such/file: No such file"),
        (None, ("price",), "--set price: it is FIELD=VALUE"),
        (None, ("=1",), "--set =1: it is FIELD=VALUE"),
    ],
)
def test_what_cannot_be_read_is_told(data: str | None, fields: tuple[str, ...], why: str) -> None:
    with pytest.raises(Malformed) as caught:
        typed_object(data, fields)
    assert why in caught.value.message


def test_a_verb_gets_what_was_typed() -> None:
    @click.command()
    @takes_data
    def verb(data: str | None, fields: tuple[str, ...]) -> None:
        click.echo(jsontext.encode(typed_object(data, fields)))

    assert CliRunner().invoke(verb, ["--data", '{"a": 1}', "--set", "b=2.0"]).stdout == '{"a":1,"b":2.0}\n'
