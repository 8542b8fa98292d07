"""The verbs that look into the log and write to it, typed in this process, on both logs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small_app import SmallApp

from foldline.cli import main

SEARCH = ("events", "search", "products", "--format", "{id} {price}")
P1 = {"id": "p1", "price": 1.75}


class Typist:
    """Somebody who types verbs in the folder of a small application."""

    def __init__(self, folder: Path, log: str, topic: str) -> None:
        """`topic` is the log's name of `products`."""
        app = SmallApp(folder)
        app.write("topics.yaml", (folder / "topics.yaml").read_text().replace("eventbus.products", topic))
        self.folder, self.log, self.topic = folder, log, topic

    def type(self, *arguments: str, stdin: str | None = None, **variables: str) -> Result:
        settings = variables | {"FOLDLINE_LOG": self.log, "FOLDLINE_FILE": str(self.folder / "topics.yaml")}
        return CliRunner(env=settings | {"FOLDLINE_ALLOW": "low-replication"}).invoke(main, arguments, input=stdin)

    def done(self, *arguments: str, stdin: str | None = None, **variables: str) -> str:
        """What a verb prints that succeeds."""
        ended = self.type(*arguments, stdin=stdin, **variables)
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def refused(self, code: int, *arguments: str) -> str:
        """What a verb says that ends so, and prints nothing."""
        ended = self.type(*arguments)
        assert (ended.exit_code, ended.stdout) == (code, ""), ended.output
        return ended.stderr

    def produce(self, id: str, *change: str) -> Any:
        return json.loads(self.done("events", "produce", "products", "--yes", "--id", id, *change))


@pytest.fixture(params=["embedded", "kafka"])
def typist(request: pytest.FixtureRequest, tmp_path: Path, topic: str) -> Typist:
    """Four records are on the log: p1 is there at its second price, and p2 is not any more."""
    log = f"sqlite:{tmp_path / 'log.db'}" if request.param == "embedded" else request.getfixturevalue("broker").url
    typist = Typist(tmp_path / "app", log, topic)
    typist.done("topics", "create")
    typist.produce("p1", "--set", "price=1.50")
    typist.produce("p2", "--set", "price=2")
    typist.produce("p1", "--data", '{"price": 1.75}')
    typist.produce("p2", "--remove")
    return typist


@pytest.fixture
def other(tmp_path: Path) -> Typist:
    """The same application on a log of its own, which nobody has made yet."""
    return Typist(tmp_path / "other", f"sqlite:{tmp_path / 'other.db'}", "other.products")


def rows(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


# --- looking ---


def test_entities_are_what_was_put_on_the_log(typist: Typist) -> None:
    assert rows(typist.done("entity", "list", "products")) == [P1]
    assert json.loads(typist.done("entity", "get", typist.topic, "p1")) == P1
    first, second = reversed(json.loads(typist.done("entity", "history", "products", "p1")))
    then = typist.done("entity", "get", "products", "p1", "--at", first["position"])
    assert json.loads(then) == first["entity"] == {"id": "p1", "price": 1.5}
    assert second["entity"] == P1
    assert "was removed by" in typist.refused(3, "entity", "get", "products", "p2")
    assert "There is nothing with id 'p3'" in typist.refused(3, "entity", "get", "products", "p3")


def test_records_are_found_by_what_they_say(typist: Typist) -> None:
    assert sorted(typist.done(*SEARCH).splitlines()) == ["p1 1.50", "p1 1.75", "p2 -", "p2 2"]
    assert typist.done(*SEARCH, "--filter", "price>1.5", "--filter", "id=p1") == "p1 1.75\n"
    [removed] = rows(typist.done("events", "search", "products", "--filter", "event=remove", "-n", "9"))
    assert json.loads(typist.done("events", "get", removed["position"])) == removed
    assert len(typist.done(*SEARCH, "-n", "3").splitlines()) == 3


def test_the_last_records_are_shown_or_those_from_a_start_on(typist: Typist) -> None:
    tail = ("events", "tail", "products", "--no-follow", "--format", "{id} {price}")
    assert typist.done(*tail, "-n", "2").splitlines() == ["p1 1.75", "p2 -"]
    assert len(typist.done(*tail).splitlines()) == len(typist.done(*tail, "--from", "-1h").splitlines()) == 4
    assert typist.done(*tail, "--from", "2100-01-01") == typist.done(*tail, "--from", "end") == ""
    assert typist.done(*tail, FOLDLINE_CLI_EVENTS_TAIL_FROM="end") == ""
    assert "either --from or -n" in typist.refused(2, *tail, "--from", "end", "-n", "1")


def test_what_does_not_exist_is_told(typist: Typist) -> None:
    for arguments in (("events", "tail", "product"), ("entity", "get", "product", "p1")):
        assert "did you mean products?" in typist.refused(3, *arguments)
    assert "ends at" in typist.refused(3, "events", "get", f"{typist.topic}-0@99")
    assert "is elsewhere" in typist.refused(2, "entity", "get", "products", "p1", "--at", "eventbus.customers-0@0")


def test_topics_are_told_with_what_they_hold(typist: Typist) -> None:
    listed = {row["name"]: (row["records"], row["state"]) for row in json.loads(typist.done("topics", "list"))}
    assert listed[typist.topic] == (4, "ok")
    described = json.loads(typist.done("topics", "describe", "products"))
    assert sum(partition["end"] for partition in described["offsets"]) == 4


# --- writing ---


def test_a_record_by_hand_needs_consent_and_something_to_say(typist: Typist) -> None:
    by_hand = ("events", "produce", "products", "--id", "p3")
    assert "--data or --set, or say --remove" in typist.refused(2, *by_hand)
    assert "--data or --set, or say --remove" in typist.refused(2, *by_hand, "--set", "price=3", "--remove")
    assert "Say --yes" in typist.refused(2, *by_hand, "--remove")
    said = typist.refused(0, *by_hand, "--set", "price=3", "--dry-run")
    assert said == f'would append to {typist.topic} that p3 is {{"price":3}}, past all commands and schemas\n'
    assert "p3" not in typist.done(*SEARCH)


def test_an_export_is_imported_where_there_is_nothing_yet(typist: Typist, other: Typist, tmp_path: Path) -> None:
    file = str(tmp_path / "products.jsonl")
    assert "4 events, 0 lost" in typist.type("events", "export", "products", "-o", file).stderr
    exported = typist.done("events", "export", "products")
    assert (tmp_path / "products.jsonl").read_text() == exported
    assert "holds 4 records already" in typist.refused(5, "events", "import", "products", file, "--yes")

    imports = ("events", "import", "products")
    assert "Say --yes" in other.refused(2, *imports, file)
    assert json.loads(other.done(*imports, file, "--yes")) == {"target": other.topic, "events": 4}
    assert rows(other.done("entity", "list", "products")) == [P1]
    other.done(*imports, "-", "--append", "--yes", stdin=exported)  # once more: nothing is otherwise
    assert rows(other.done("entity", "list", "products")) == [P1]


def test_of_a_file_with_a_mistake_nothing_is_imported(typist: Typist, tmp_path: Path) -> None:
    file = tmp_path / "products.jsonl"
    file.write_text(typist.done("events", "export", "products") + '{"key": "p1"}\n')
    said = typist.refused(2, "events", "import", "products", str(file), "--append", "--yes")
    assert said.startswith("line 5: it is no event")
    assert len(typist.done(*SEARCH).splitlines()) == 4


def test_a_topic_is_copied_to_another_log_and_to_another_name(typist: Typist, other: Typist) -> None:
    copy, v2 = ("topics", "copy", "products", "--yes"), f"{typist.topic}.v2"
    report = {"source": typist.topic, "events": 4, "lost": 0, "repair": 0, "dead": 0}
    to_other = (*copy, "--to", other.log, "--as", other.topic)
    assert "would copy" in typist.refused(0, *to_other, "--dry-run")
    assert json.loads(typist.done(*to_other)) == report | {"target": other.topic}
    assert rows(other.done("entity", "list", "products")) == [P1]
    assert "--append" in typist.refused(5, *to_other)
    assert json.loads(typist.done(*copy, "--as", v2)) == report | {"target": v2}
    again = typist.done("events", "search", v2, *SEARCH[3:])
    assert sorted(again.splitlines()) == sorted(typist.done(*SEARCH).splitlines())
    assert "onto itself" in typist.refused(2, *copy)


# --- without a log, and help ---


def test_without_a_log_it_says_so_and_makes_none(other: Typist) -> None:
    for arguments in (("events", "tail"), ("entity", "list", "products"), ("topics", "copy", "products", "--as", "x")):
        assert "there is no log at" in other.refused(6, *arguments)
    assert not Path(other.log.removeprefix("sqlite:")).exists()


def verbs() -> Iterator[str]:
    for group, names in (
        ("events", ("tail", "get", "search", "produce", "export", "import")),
        ("entity", ("get", "history", "list")),
        ("topics", ("create", "list", "describe", "check", "copy")),
    ):
        yield group
        yield from (f"{group} {name}" for name in names)


@pytest.mark.parametrize("verb", list(verbs()))
def test_each_has_help_with_an_example(verb: str) -> None:
    helped = CliRunner().invoke(main, [*verb.split(), "--help"])
    assert helped.exit_code == 0
    assert f"foldline {verb}" in helped.stdout.partition("Example: ")[2].replace("\n ", "")
