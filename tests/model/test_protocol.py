"""The log decides (docs/design.md, section 7): every story ends well."""

import pytest

from .rules import Rules
from .scenes import SCENES
from .stories import Scene, tell_all, tell_at_random

SEEDS = 2000


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_ends_well_in_every_order(scene: Scene) -> None:
    failure = tell_all(Rules(), scene)
    assert failure is None, str(failure)


@pytest.mark.parametrize("seeds", [range(start, start + 500) for start in range(0, SEEDS, 500)], ids=str)
def test_a_long_random_story_ends_well(seeds: range) -> None:
    for seed in seeds:
        failure = tell_at_random(Rules(), seed)
        assert failure is None, f"seed {seed}: {failure}"
