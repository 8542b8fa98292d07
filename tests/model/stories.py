"""Which stories are told: all of a few small ones, and many long random ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from .calls import Kind, Request
from .rules import Rules
from .verdict import Wrong, judge
from .world import CONTRADICTIONS, Restless, Step, World, step

Requests = tuple[Request, ...]
Story = tuple[Step, ...]

KINDS: tuple[Kind, ...] = ("create", "append", "put", "put", "remove")
ENTITIES = ("e", "f")


@dataclass(frozen=True)
class Scene:
    """A small story, told in every order."""

    name: str
    requests: Requests
    before: tuple[Step, ...]
    """What has happened when it begins."""
    once: tuple[Step, ...]
    """What happens at any time, once or never; deliveries, folds and repairs lie between."""
    length: int
    """How many steps, before everything comes to rest."""


@dataclass(frozen=True)
class Failure:
    """A story that ends badly."""

    story: Story
    reason: str

    def __str__(self) -> str:
        lines = [f"{number:4}. {step}" for number, step in enumerate(self.story, 1)]
        return "\n".join(["", *lines, f"   so {self.reason}"])


def tell(rules: Rules, requests: Requests, story: Story) -> Failure | None:
    """Tell a story to its end; None: all is well."""
    world = World.start(rules, requests)
    happened: list[Step] = []
    try:
        happened += [step for step in story if world.take(step)]
        judge(world)
    except (Wrong, Restless) as wrong:
        return Failure(tuple(happened), str(wrong))
    return None


def shorten(rules: Rules, requests: Requests, failure: Failure) -> Failure:
    """Leave out step after step, as long as the story still ends badly."""
    at = 0
    while at < len(failure.story):
        shorter = tell(rules, requests, failure.story[:at] + failure.story[at + 1 :])
        failure, at = (shorter, 0) if shorter else (failure, at + 1)
    return failure


# --- all of a small one ---


def tell_all(rules: Rules, scene: Scene) -> Failure | None:
    """Tell a scene in every order; the first story that ends badly, made short."""
    for story in orders(rules, scene):
        if failure := tell(rules, scene.requests, story):
            return shorten(rules, scene.requests, failure)
    return None


def orders(rules: Rules, scene: Scene) -> Iterator[Story]:
    """Every story of the scene, but only one of those that come to the same world in as many steps."""
    seen: set[tuple[int, str]] = set()
    stories: list[Story] = [()]
    while stories:
        story = stories.pop()
        world = World.start(rules, scene.requests)
        try:
            if not all(world.take(step) for step in scene.before + story):
                continue
        except Restless:
            yield scene.before + story
            continue
        state = len(story), repr(world)
        if state in seen:
            continue
        seen.add(state)
        yield scene.before + story
        if len(story) < scene.length:
            left = Counter(scene.once) - Counter(story)
            stories += [(*story, step) for step in (*world.urgent(), *left)]


# --- long ones, at random ---


def tell_at_random(rules: Rules, seed: int, length: int = 80) -> Failure | None:
    """Tell a long story; the same for the same seed. One that ends badly is made short."""
    random = Random(seed)
    requests = random_requests(random)
    failure = tell(rules, requests, random_story(rules, random, requests, length))
    return failure and shorten(rules, requests, failure)


def random_requests(random: Random, count: int = 12) -> Requests:
    """Several for each entity, and for each that is created."""
    requests: list[Request] = []
    for number in range(count):
        kind = random.choice(KINDS)
        created = [request.key for request in requests if request.kind == "create" and request.key]
        entity = random.choice([*ENTITIES, *created])
        key = f"key{number}" if random.random() < 0.6 else None
        if_match = kind != "create" and random.random() < 0.3
        requests.append(Request(f"{kind}{number}", kind, entity, key, if_match))
    return tuple(requests)


def random_story(rules: Rules, random: Random, requests: Requests, length: int) -> Story:
    """Steps as they come to mind, most of them such as can happen now."""
    world = World.start(rules, requests)
    story: list[Step] = []
    try:
        while len(story) < length:
            urgent = list(world.urgent())
            step = random.choice(urgent) if urgent and random.random() < 0.6 else random_step(random, world)
            story.append(step)
            world.take(step)
    except Restless:
        pass
    return tuple(story)


def random_step(random: Random, world: World) -> Step:
    replica, entity = random.choice("AB"), random.choice(ENTITIES)
    request = random.choice(list(world.requests))
    offset = random.randrange(world.log.end + 1)
    steps = {
        step("ask", replica, request): 50,
        step("give_up", request): 15,
        step("kill", replica): 2,
        step("cut_power", replica): 2,
        step("lose_state", replica): 5,
        step("save", replica): 3,
        step("deliver", replica, 2): 3,
        step("foreign", random.choice(["set", "null", "garbage"]), entity): 6,
        step("contradict", random.choice(list(CONTRADICTIONS)), entity): 2,
        step("copy_stray", offset): 3,
        step("compact", offset): 10,
        step("wait", random.choice(["", "A", "B"])): 16,
    }
    return random.choices(list(steps), list(steps.values()))[0]
