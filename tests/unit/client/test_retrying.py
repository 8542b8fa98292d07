"""Try again where that is safe and may help."""

import pytest

from foldline import errors
from foldline.client.retrying import Retrying
from foldline.errors import FoldlineError


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class Attempts:
    """Fails with these errors, and then succeeds."""

    def __init__(self, *failures: FoldlineError) -> None:
        self.failures = list(failures)
        self.left: list[float] = []

    def __call__(self, left: float) -> str:
        self.left.append(left)
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def retrying(clock: Clock, timeout: float = 30.0, max_retries: int = 10) -> Retrying:
    return Retrying(timeout, max_retries, clock.sleep, lambda: clock.now)


@pytest.mark.parametrize(
    "kind",
    [
        errors.ConnectionFailed,
        errors.NotReady,
        errors.Contention,
        errors.UnknownOutcome,
        errors.UnknownPosition,
        errors.LogError,
    ],
)
def test_what_may_pass_is_tried_again(clock: Clock, kind: type[FoldlineError]) -> None:
    attempts = Attempts(kind(), kind())
    assert retrying(clock).run(attempts) == "done"
    assert len(attempts.left) == 3


@pytest.mark.parametrize(
    "error",
    [
        errors.Invalid({}),
        errors.NotFound(),
        errors.ConflictError(),
        errors.AlreadyExists(),
        errors.TooSlow(),
        errors.RecordTooLarge(),
        errors.Unauthorized(),
        errors.FoldlineError(),
    ],
)
def test_what_will_not_pass_is_raised_at_once(clock: Clock, error: FoldlineError) -> None:
    attempts = Attempts(error)
    with pytest.raises(type(error)):
        retrying(clock).run(attempts)
    assert (len(attempts.left), clock.pauses) == (1, [])


def test_it_ends_with_the_last_error_once_it_was_tried_often_enough(clock: Clock) -> None:
    attempts = Attempts(errors.NotReady("one"), errors.NotReady("two"), errors.NotReady("three"), errors.NotReady())
    with pytest.raises(errors.NotReady, match="three"):
        retrying(clock, max_retries=2).run(attempts)


def test_it_ends_in_time(clock: Clock) -> None:
    attempts = Attempts(*(errors.NotReady() for _ in range(1000)))
    with pytest.raises(errors.NotReady):
        retrying(clock, timeout=5, max_retries=1000).run(attempts)
    assert sum(clock.pauses) <= 5
    assert attempts.left == sorted(attempts.left, reverse=True)
    assert attempts.left[0] == 5


LOST, REFUSED = errors.ConnectionFailed("reset"), errors.ConnectionFailed("refused", sent=False)


@pytest.mark.parametrize(
    ("failures", "kind"),
    [
        ((REFUSED, REFUSED), errors.ConnectionFailed),
        ((LOST, REFUSED), errors.UnknownOutcome),
        ((errors.UnknownOutcome(), errors.NotReady()), errors.UnknownOutcome),
        ((errors.NotReady(), errors.Contention()), errors.Contention),
        ((LOST, errors.LogError()), errors.UnknownOutcome),
        ((LOST, errors.Invalid({})), errors.Invalid),
    ],
)
def test_a_write_that_fails_says_whether_it_may_have_taken_place(
    clock: Clock, failures: tuple[FoldlineError, ...], kind: type[FoldlineError]
) -> None:
    with pytest.raises(kind):
        retrying(clock, max_retries=1).run_write(Attempts(*failures))
    assert retrying(clock).run_write(Attempts(LOST, REFUSED)) == "done"


def test_pauses_are_random_and_grow(clock: Clock) -> None:
    retrying(clock, timeout=1000).run(Attempts(*(errors.NotReady() for _ in range(10))))
    assert all(0 <= pause <= min(0.1 * 2**n, 2) for n, pause in enumerate(clock.pauses))
    assert len(set(clock.pauses)) == 10


def test_a_service_is_left_alone_as_long_as_it_asks_for(clock: Clock) -> None:
    error = errors.NotReady.told("", {"retry_after": 3})
    retrying(clock).run(Attempts(error))
    assert 3 <= clock.pauses[0] <= 3.1
