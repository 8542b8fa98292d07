"""A client of the hub: what it wants, and how far it was told."""

from collections.abc import Iterable
from typing import Literal

from foldline.event import Position
from foldline.log.port import Partition
from foldline.sockets.channel import Channel
from foldline.sockets.frames import EventFrame
from foldline.sockets.subscription import Subscription


class Subscriber:
    """Only for the hub's thread."""

    def __init__(self, channel: Channel, topics: frozenset[str], now: float) -> None:
        self.channel = channel
        self.stage: Literal["waiting", "behind", "live"] = "waiting"
        """Whether it may still say what it wants, is told what it missed, or what happens."""
        self.came_at = self.asked_at = now
        self.writes = False
        """Whether the hub is to be woken once there is room for more."""
        self._topics = topics
        self._after: dict[Partition, int] = {}

    @property
    def topics(self) -> frozenset[str]:
        """What it wants."""
        return self._topics

    @property
    def after(self) -> dict[Partition, int]:
        """The last offset of each partition that it was told of, or need not be told of."""
        return self._after

    def begin_after(self, positions: Iterable[Position]) -> None:
        """What came up to here need not be told."""
        self._after = {Partition(topic, number): offset for topic, number, offset in positions}

    def subscribe(self, wish: Subscription) -> None:
        """It has said what it wants."""
        self._topics = wish.topics
        if wish.after is not None:
            self._after = dict(wish.after)
        if wish.after is not None or self.stage == "waiting":
            self.stage = "behind"

    def tell(self, frames: Iterable[EventFrame]) -> None:
        """Send what it wants of these, and has not seen."""
        after, topics = self._after, self._topics
        for topic, partition, offset, message in frames:
            if topic in topics and offset > after.get(partition, -1):
                self.channel.say(message)
