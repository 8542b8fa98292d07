"""Each rule of the protocol is needed: with any one of them turned off, a story ends badly."""

import pytest

from .mutations import SHOWN_BY
from .rules import Rules
from .scenes import SCENES
from .stories import Failure, tell, tell_all
from .world import CONTRADICTIONS

CASES = list(SHOWN_BY.items())


def find(mutation: type[Rules], name: str) -> Failure:
    (scene,) = (scene for scene in SCENES if scene.name == name)
    failure = tell_all(mutation(), scene)
    assert failure is not None, f"the model does not notice that {mutation.__doc__}"
    # The story is told again: with all rules on, the very same steps end well.
    assert tell(Rules(), scene.requests, failure.story) is None
    return failure


@pytest.mark.parametrize(("mutation", "scene"), CASES, ids=[mutation.__name__ for mutation, _ in CASES])
def test_a_story_ends_badly_without_the_rule(mutation: type[Rules], scene: str) -> None:
    find(mutation, scene)


def test_each_rule_that_can_be_turned_off_is_turned_off() -> None:
    assert set(Rules.__subclasses__()) == set(SHOWN_BY)
