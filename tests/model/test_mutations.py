"""Each rule of the protocol is needed: with any one of them turned off, a story ends badly."""

import pytest

from .mutations import SHOWN_BY
from .rules import Rules
from .scenes import SCENES
from .stories import tell, tell_all

CASES = list(SHOWN_BY.items())


@pytest.mark.parametrize(("mutation", "shown_by"), CASES, ids=[mutation.__name__ for mutation, _ in CASES])
def test_a_story_ends_badly_without_the_rule_and_well_with_it(mutation: type[Rules], shown_by: str) -> None:
    (scene,) = (scene for scene in SCENES if scene.name == shown_by)
    failure = tell_all(mutation(), scene)
    assert failure is not None, f"the model does not notice: {mutation.__doc__}"
    assert tell(Rules(), scene.requests, failure.story) is None


def test_each_rule_that_can_be_turned_off_is_turned_off() -> None:
    assert set(Rules.__subclasses__()) == set(SHOWN_BY)
