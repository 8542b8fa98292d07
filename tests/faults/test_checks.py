"""Each check is shown a history that is well, and one in which its promise is broken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from faults import check as command
from faults.checks import CHECKS, check
from faults.history import NO_ANSWER, Attempt, Happened, Held, History, Logged, Probe, Recorder, Trouble, read
from faults.report import figures
from faults.story import story

AT = "registers-0@{}".format


def wrote(name: str, do: str, sent: float, etag: int, got: int, **more: object) -> Attempt:
    value = None if do in ("increment", "remove") else got
    told = {"status": 201 if do == "create" else 200, "value": value, "etag": etag, "got": got, "at": AT(etag)}
    return Attempt(name, do, "e", 0, sent, sent + 0.5, **(told | more))  # type: ignore[arg-type]


def saw(name: str, sent: float, etag: int, got: int, replica: int = 1, **more: object) -> Attempt:
    told = {"status": 200, "etag": etag, "got": got, "at": AT(etag)}
    return Attempt(name, "read", "e", replica, sent, sent + 0.5, **(told | more))  # type: ignore[arg-type]


def logged(offset: int, follows: int | None, value: int | None, request: str | None, **more: object) -> Logged:
    told = {"key": "e", "envelope": True, "repairs": None, "follows": None if follows is None else str(follows)}
    return Logged(partition=0, offset=offset, value=value, request=request, **(told | more))  # type: ignore[arg-type]


def held(replica: str = "one", **more: object) -> Held:
    told = {"entities": {"e": (3, 2001)}, "count": 1, "total": 2001, "dead_letters": 1, "parked": 0, "unreadable": 0}
    return Held(replica, counters={}, **(told | more))  # type: ignore[arg-type]


def good() -> History:
    """Created, put, put again without an answer, and incremented; a loser and a dead record lie between."""
    return History(
        attempts=[
            wrote("c1", "create", 0, 0, 1000),
            Attempt("c2", "put", "e", 0, 1, 6, NO_ANSWER, value=2000),
            Attempt("c3", "put", "e", 1, 2, 2.5, 412, value=3000, if_match=9, etag=0),
            wrote("c4", "increment", 3, 3, 2001),
            saw("c5", 4, 3, 2001, position=AT(3), since=3),
        ],
        faults=[Happened("replica killed", "replica 0", 1, 2)],
        probes=[Probe(0, 1, 1.1, (200, 200), 200), Probe(0, 2, 2.1, (503, 503), 503)],
        records=[
            logged(0, -1, 1000, "c1"),
            logged(1, 0, 2000, "c2"),
            logged(2, 0, 4000, None),
            logged(3, 1, 2001, "c4"),
            logged(4, None, None, None, envelope=False),
        ],
        held=[held(), held("two")],
    )


def test_a_history_that_is_well_passes() -> None:
    assert check(good()) == []


def fail(history: History) -> None:
    history.attempts.append(Attempt("c6", "read", "e", 0, 5, 6, 500, problem="internal"))


def lose_a_write(history: History) -> None:
    history.records[3] = logged(3, None, 2001, None)


def write_another_value(history: History) -> None:
    history.records[1] = logged(1, 0, 2001, "c2")
    history.records[3] = logged(3, 1, 2002, "c4")


def apply_twice(history: History) -> None:
    history.records.append(logged(5, 3, 2000, "c2"))


def write_what_was_refused(history: History) -> None:
    history.records.append(logged(5, 3, 3000, "c3"))


def lose_an_update(history: History) -> None:
    history.attempts.append(wrote("c6", "increment", 5, 5, 2001))


def answer_two_values(history: History) -> None:
    history.attempts.append(saw("c6", 5, 3, 1000))


def go_back(history: History) -> None:
    history.attempts.append(saw("c6", 5, 0, 1000))


def read_too_early(history: History) -> None:
    history.attempts.append(saw("c6", 5, 0, 1000, position=AT(3), since=3, replica=2))


def read_what_is_not_there(history: History) -> None:
    history.attempts.append(saw("c6", 5, 3, 2001, at=AT(1)))


def hold_another_value(history: History) -> None:
    history.held[1] = held(entities={"e": (1, 2000)})


def hold_nothing(history: History) -> None:
    history.held[1] = held(entities={})


def sum_up_twice(history: History) -> None:
    history.held[1] = held(total=4002)


def park_an_event(history: History) -> None:
    history.held[1] = held(parked=1)


def forget_a_dead_letter(history: History) -> None:
    history.held[1] = held(dead_letters=0)


def lie_about_readiness(history: History) -> None:
    history.probes.append(Probe(0, 3, 3.1, (200, 200), 503))


def end_by_itself(history: History) -> None:
    history.troubles.append(Trouble(3, "it ended by itself"))


def compare_all_replicas_with_nothing(history: History) -> None:
    history.held.clear()


BROKEN: dict[Callable[[History], None], str] = {
    fail: "every answer is foreseen",
    lose_a_write: "nothing acknowledged is lost",
    write_another_value: "nothing acknowledged is lost",
    apply_twice: "nothing is applied twice",
    write_what_was_refused: "what was refused is not written",
    lose_an_update: "every register is linearizable",
    answer_two_values: "an etag stands for one value",
    go_back: "a replica never goes back",
    read_too_early: "a read is as new as it asks for",
    read_what_is_not_there: "a read shows the log at its position",
    hold_another_value: "every replica holds what the log says",
    hold_nothing: "every replica holds what the log says",
    sum_up_twice: "every replica holds what the log says",
    compare_all_replicas_with_nothing: "every replica holds what the log says",
    park_an_event: "nothing is set aside that counts",
    forget_a_dead_letter: "nothing is set aside that counts",
    lie_about_readiness: "readiness tells the truth",
    end_by_itself: "there was no trouble",
}


@pytest.mark.parametrize("break_it", BROKEN, ids=lambda spoil: spoil.__name__)
def test_a_broken_promise_is_noticed(break_it: Callable[[History], None]) -> None:
    history = good()
    break_it(history)
    assert BROKEN[break_it] in {failure.check for failure in check(history)}


def test_there_is_a_broken_history_for_each_check() -> None:
    assert {one.__name__.replace("_", " ") for one in CHECKS} == set(BROKEN.values())


def test_the_story_of_a_failure_ends_where_it_went_wrong_and_leaves_out_what_does_not_matter() -> None:
    history = good()
    history.attempts += [
        saw("c6", 4.5, 3, 2001),
        wrote("c7", "increment", 5, 5, 2001),
        saw("c8", 6, 5, 2001),
    ]
    [failure] = [failure for failure in check(history) if failure.check == "every register is linearizable"]
    told = story(history, failure)
    assert "c7" in told.splitlines()[-1]
    assert "increment" in told
    assert "replica killed" in told
    assert "c6" not in told
    assert "c8" not in told


# --- on file ---


def test_what_is_written_down_is_read_again(tmp_path: Path) -> None:
    history = good()
    with Recorder(tmp_path / "history.jsonl") as recorder:
        recorder.note(*history.attempts, *history.faults, *history.probes, *history.records, *history.held)
        recorder.trouble("it ended by itself")
    again = read(tmp_path / "history.jsonl")
    assert (again.attempts, again.records, again.probes) == (history.attempts, history.records, history.probes)
    assert [failure.reason for failure in check(again)] == ["it ended by itself"]


def test_a_history_can_be_checked_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = good()
    paths = [tmp_path / "good.jsonl", tmp_path / "bad.jsonl"]
    for path in paths:
        with Recorder(path) as recorder:
            recorder.note(*history.attempts, *history.faults, *history.records, *history.held)
        history.records.append(replace(history.records[1], offset=5, follows="3"))
    assert command.main([str(paths[0])]) == 0
    assert "every promise kept" in capsys.readouterr().out
    assert command.main(list(map(str, paths))) == 1
    assert "c2 was applied 2 times" in capsys.readouterr().out


def test_a_round_is_counted() -> None:
    counted = figures(good())
    assert counted["writes acknowledged"] == 2
    assert counted["writes of unknown outcome"] == 1
    assert counted["faults"] == {"replica killed": 1}
