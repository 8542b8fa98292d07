"""What one client is told out of the state: where it is, what was missed, what cannot be told any more."""

from collections.abc import Mapping
from itertools import starmap
from typing import Literal

from foldline.event import Position
from foldline.log.port import Partition
from foldline.sockets.frames import Frames
from foldline.sockets.missed import missed
from foldline.sockets.subscriber import Subscriber
from foldline.state.state import State


class Telling:
    """Only for the hub's thread."""

    def __init__(self, state: State, frames: Frames, topics: Mapping[str, str]) -> None:
        """`topics`: the log's name of each."""
        self._state = state
        self._frames = frames
        self._topics = topics

    def begin(self, subscriber: Subscriber) -> None:
        """Say where the state is; what comes after that it will be told."""
        positions = self._positions()
        subscriber.begin_after(positions)
        subscriber.channel.say(self._frames.ready(positions))

    def catch_up(self, subscriber: Subscriber) -> None:
        """Tell it the next part of what it missed; once that was the last, it is told what happens."""
        log_topics = [self._topics[name] for name in subscriber.topics]
        with self._state.snapshot() as snapshot:
            page = missed(snapshot, log_topics, subscriber.after)
        if page is None:
            self.restart(subscriber, "reset")
            return
        subscriber.tell(starmap(self._frames.event, page.changes))
        if page.more:
            for _, record in page.changes:
                subscriber.after[Partition(record.topic, record.partition)] = record.offset
        else:
            subscriber.begin_after(page.positions)
            subscriber.stage = "live"

    def restart(self, subscriber: Subscriber, kind: Literal["gap", "reset"]) -> None:
        """What it was not told it must ask for; it is told what happens from now on."""
        positions = self._positions()
        subscriber.channel.forget()
        subscriber.channel.say(self._frames.restart(kind, positions))
        subscriber.begin_after(positions)
        if subscriber.stage == "behind":
            subscriber.stage = "live"

    def _positions(self) -> tuple[Position, ...]:
        with self._state.snapshot() as snapshot:
            return snapshot.positions()
