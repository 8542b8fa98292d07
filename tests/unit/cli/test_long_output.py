"""What is long: rows as they come, and a bar where that takes a while."""

import io
from collections.abc import Callable

import pytest

from foldline.cli import output, progress
from foldline.cli.output import Output


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_rows_that_never_end_come_in_tables_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_TABLE_ROWS", 2)
    Output("table", quiet=False).long({"n": n} for n in range(3))
    assert capsys.readouterr().out.splitlines() == ["N", "0", "1", "", "N", "2"]
    Output("jsonl", quiet=False).long({"n": n} for n in range(2))
    assert capsys.readouterr().out == '{"n":0}\n{"n":1}\n'
    Output("table", quiet=False).long([])
    assert capsys.readouterr() == ("", "none\n")


def work(told: Callable[[int], None]) -> None:
    for _ in range(4):
        told(1)


def test_a_bar_is_shown_for_what_takes_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", screen := Screen())
    with Output(None, quiet=False).progress(4, "folding") as told:
        work(told)
    assert screen.getvalue() == ""
    monkeypatch.setattr(progress, "_MOMENT", 0.0)
    with Output(None, quiet=False).progress(4, "folding") as told:
        work(told)
    assert "folding" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_no_bar_is_shown_between_rows_on_the_same_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", screen := Screen())
    monkeypatch.setattr(progress, "_MOMENT", 0.0)
    monkeypatch.setattr("sys.stdout", Screen())
    with Output(None, quiet=False).progress(4, "folding", beside_data=True) as told:
        work(told)
    with Output(None, quiet=True).progress(4, "folding") as told:
        work(told)
    assert screen.getvalue() == ""
