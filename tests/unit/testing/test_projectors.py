import pytest

from foldline import Event, Tables, projector
from foldline.errors import SqlRefused
from foldline.testing import history, is_function_of_state, projecting


@projector("tally", topics=["purchases"], tables="tally.sql", version=1)
def tally(event: Event, db: Tables) -> None:
    """Count each customer's purchases."""
    for state, change in ((event.before, -1), (event.after, 1)):
        if state is not None:
            count(db, state["customer"], change)
    db.execute("DELETE FROM tally WHERE count = 0")


def count(db: Tables, customer: str, change: int) -> None:
    db.execute(
        "INSERT INTO tally VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", (customer, change)
    )


@projector("forgetful", topics=["purchases"], tables="tally.sql", version=1)
def counts_changes(event: Event, db: Tables) -> None:
    """Count how often something happened, which the entities do not tell."""
    if event.after is not None:
        count(db, event.after["customer"], 1)


@projector("first", topics=["purchases"], tables="tally.sql", version=1)
def keeps_the_first(event: Event, db: Tables) -> None:
    """Keep who came first, which depends on the order."""
    if event.after is not None and not db.execute("SELECT * FROM tally"):
        count(db, event.after["customer"], 1)


@projector("curious", topics=["purchases"], tables="tally.sql", version=1)
def reads_what_it_may_not(event: Event, db: Tables) -> None:
    db.execute("SELECT * FROM sqlite_schema")


HISTORY = history(
    ("purchases", "1", {"customer": "ada"}),
    ("purchases", "2", {"customer": "ada"}),
    ("purchases", "2", {"customer": "bob"}),
    ("purchases", "1", None),
)


def test_rows_are_what_the_events_left() -> None:
    assert projecting(tally).given(*HISTORY[:2]).rows("SELECT * FROM tally") == [("ada", 2)]
    assert projecting(tally).given(*HISTORY).rows("SELECT * FROM tally WHERE customer = ?", ["bob"]) == [("bob", 1)]


def test_given_goes_on_from_what_was_given() -> None:
    begun = projecting(tally).given(*HISTORY[:2])
    assert begun.given(*HISTORY[2:]).rows("SELECT * FROM tally") == [("bob", 1)]
    assert begun.rows("SELECT * FROM tally") == [("ada", 2)]


def test_events_of_other_topics_pass_it_by() -> None:
    assert projecting(tally).given(*history(("products", "1", {}))).rows("SELECT * FROM tally") == []


def test_a_projector_is_held_to_its_own_tables() -> None:
    with pytest.raises(SqlRefused, match="sqlite_"):
        projecting(reads_what_it_may_not).given(*HISTORY).rows("SELECT 1")


def test_a_projector_may_be_a_function_of_state() -> None:
    is_function_of_state(tally, HISTORY)


def test_a_projector_that_counts_changes_is_told() -> None:
    with pytest.raises(AssertionError, match=r"after event 3 \(purchases 2\)") as caught:
        is_function_of_state(counts_changes, HISTORY)
    assert "+ {'tally': [('ada', 2), ('bob', 1)]}" in str(caught.value)
    assert "- {'tally': [('ada', 1), ('bob', 1)]}" in str(caught.value)


def test_a_projector_that_depends_on_the_order_is_told() -> None:
    with pytest.raises(AssertionError, match=r"after event 2 \(purchases 2\)"):
        is_function_of_state(
            keeps_the_first, history(("purchases", "1", {"customer": "ada"}), ("purchases", "2", {"customer": "bob"}))
        )


def test_only_projectors_are_projected() -> None:
    with pytest.raises(TypeError, match="not declared with @projector"):
        projecting(count)
