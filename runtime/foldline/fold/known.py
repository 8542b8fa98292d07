"""The entities that were touched lately, so that the state need not be asked for each of them again."""

from collections import defaultdict
from collections.abc import Callable

from foldline.fold.entity import FoldedEntity

Find = Callable[[str, str], FoldedEntity]
"""The entity of a topic with an id, as the state has it; one with no head where it has none."""

Entities = dict[str, dict[bytes | None, FoldedEntity]]
"""By log topic and record key."""

_BYTES = 64 * 2**20
"""Of values, each time that an entity is remembered."""


class KnownEntities:
    """Entities as the state has them. Right as long as nobody else writes it, and nothing is rolled back."""

    def __init__(self, find: Find, *, empty: bool) -> None:
        """`empty`: the state has no entities yet, so that what is not remembered here is new."""
        self._find = find
        self._all = empty
        self._bytes = 0
        self._entities: Entities = defaultdict(dict)

    def recall(self, log_topic: str, key: bytes | None) -> FoldedEntity | None:
        """An entity, if it is remembered."""
        return self._entities[log_topic].get(key)

    def find(self, topic: str, entity_id: str) -> FoldedEntity:
        """An entity that is not remembered; one with no head where nothing was ever accepted of it."""
        return FoldedEntity(topic, entity_id) if self._all else self._find(topic, entity_id)

    def remember(self, entities: Entities, limit: int) -> None:
        """These were committed as they are; of more than `limit` in all, or of too long values, none is remembered."""
        for log_topic, of_topic in entities.items():
            for entity in of_topic.values():
                entity.message = entity.needs_repair = None
                self._bytes += len(entity.value or b"")
            self._entities[log_topic].update(of_topic)
        if sum(map(len, self._entities.values())) > limit or self._bytes > _BYTES:
            self._entities.clear()
            self._bytes = 0
            self._all = False
