"""What services set aside: records that count for nobody, and events that a projector could not take."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from foldline.admin.services import Question, Services
from foldline.errors import ConnectionFailed, FoldlineError, Malformed, NotFound
from foldline.nearest import nearest

KINDS = ("dead-letters", "parked")
"""As the services' addresses have them."""

_REF = re.compile(r"(?P<service>[^/]+)/(?P<kind>[^/]+)(/(?P<number>[0-9]{1,18}))?")
_PAGE = 1_000


class Ref(NamedTuple):
    """What is meant: `dashboard/parked/3`, or with no number all that `dashboard/parked` holds."""

    service: str
    kind: str
    number: int | None

    def __str__(self) -> str:
        return "/".join(map(str, (self.service, self.kind, *([] if self.number is None else [self.number]))))

    @classmethod
    def parse(cls, text: str, services: Services) -> "Ref":
        """Read what `str` wrote; raises Malformed, and NotFound for a service that there is not."""
        match = _REF.fullmatch(text)
        if match is None or match["kind"] not in KINDS:
            raise Malformed(f"{text} is none; one looks like products/dead-letters/1 or dashboard/parked/3")
        if match["service"] not in services.urls:
            raise NotFound(f"topics.yaml has no service {match['service']}{nearest(match['service'], services.urls)}")
        return cls(match["service"], match["kind"], None if match["number"] is None else int(match["number"]))


@dataclass(frozen=True, slots=True)
class SetAside:
    """One record or event that was set aside."""

    ref: str
    position: str
    id: str | None
    """The entity's; None: the record has no readable key."""
    reason: str
    time: str
    whole: dict[str, Any]
    """All that the service tells of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act."""

    ref: str
    done: bool
    why: str | None = None
    """Why not."""


def one(services: Services, ref: Ref) -> SetAside:
    """What `ref` means; raises NotFound, and Malformed where it does not say which."""
    if ref.number is None:
        raise Malformed(f"{ref} may be many: say which, as {ref}/1")
    page = _page(services, ref, ref.number - 1, 1)
    if not page or page[0]["number"] != ref.number:
        raise NotFound(f"there is no {ref}; `foldline dead-letters list` says what there is")
    return _of(ref, page[0])


def set_aside(services: Services, ref: Ref) -> Iterator[SetAside]:
    """All that `ref` means, by number; raises NotFound where it has a number that there is not."""
    if ref.number is not None:
        yield one(services, ref)
        return
    page = _page(services, ref, 0, _PAGE)
    while page:
        yield from (_of(ref, item) for item in page)
        page = _page(services, ref, page[-1]["number"], _PAGE)


def list_all(services: Services, names: Sequence[str]) -> tuple[list[SetAside], list[FoldlineError]]:
    """All that these services set aside, and why some could not be asked."""
    found, failed = [], []
    for name in names:
        try:
            found += [item for kind in KINDS for item in set_aside(services, Ref(name, kind, None))]
        except FoldlineError as error:
            failed.append(error)
    return found, failed


def retry(services: Services, ref: Ref) -> Iterator[Outcome]:
    """Let projectors take parked events again, and say of each whether it did; raises Malformed for dead letters."""
    if ref.kind != "parked":
        raise Malformed(f"{ref}: a dead letter counts for nobody, so there is nothing to try again; discard it")
    yield from _act(services, ref, "retry")


def discard(services: Services, ref: Ref) -> Iterator[Outcome]:
    """Forget what was set aside, for good: the log keeps the records themselves."""
    yield from _act(services, ref, "discard")


def _act(services: Services, ref: Ref, act: str) -> Iterator[Outcome]:
    for item in [item.ref for item in set_aside(services, ref)]:
        path = f"/-/{item.partition('/')[2]}/{act}"
        try:
            services.ask(Question(ref.service, path, "POST"))
        except ConnectionFailed:
            raise
        except FoldlineError as error:
            yield Outcome(item, done=False, why=error.message)
        else:
            yield Outcome(item, done=True)


def _page(services: Services, ref: Ref, after: int, limit: int) -> list[dict[str, Any]]:
    query = {"after": max(after, 0), "limit": limit}
    page: list[dict[str, Any]] = services.ask(Question(ref.service, f"/-/{ref.kind}", query=query)).json()
    return page


def _of(ref: Ref, item: dict[str, Any]) -> SetAside:
    entity = item.get("id", item.get("key"))
    return SetAside(
        ref=str(ref._replace(number=item["number"])),
        position=item["position"],
        id=entity if isinstance(entity, str) else None,
        reason=item["reason"],
        time=item["time"],
        whole=item,
    )
