"""The entities that were touched lately, so that the state need not be asked for each of them again."""

from collections.abc import Callable, Iterable

from foldline.fold.entity import FoldedEntity

Find = Callable[[str, str], FoldedEntity]
"""The entity of a topic with an id, as the state has it; one with no head where it has none."""

Place = tuple[str, bytes | None]
"""A log topic's name and a record's key."""


class KnownEntities:
    """Entities as the state has them. Right as long as nobody else writes it, and nothing is rolled back."""

    def __init__(self, find: Find, *, empty: bool) -> None:
        """`empty`: the state has no entities yet, so that what is not remembered here is new."""
        self._find = find
        self._all = empty
        self._entities: dict[Place, FoldedEntity] = {}
        self.recall = self._entities.get
        """The entity at a place, if it is remembered."""

    def find(self, topic: str, entity_id: str) -> FoldedEntity:
        """An entity that is not remembered; one with no head where nothing was ever accepted of it."""
        return FoldedEntity(topic, entity_id) if self._all else self._find(topic, entity_id)

    def remember(self, entities: Iterable[tuple[Place, FoldedEntity]], limit: int) -> None:
        """These were committed as they are; of more than `limit` in all, none is remembered."""
        for place, entity in entities:
            entity.record = entity.needs_repair = None
            self._entities[place] = entity
        if len(self._entities) > limit:
            self._entities.clear()
            self._all = False
