"""Clients that read and write registers through any replica, and write down every request and answer."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from faults.history import NO_ANSWER, Attempt, Probe, Recorder
from faults.plan import CLIENTS, SLOTS, Request
from faults.plan import requests as planned_requests

PATIENCE = 5.0
"""Seconds that a client waits for an answer; a service answers within its deadline of 3 s, unless it stands still."""

_TRIES = 25
"""How often a request with an Idempotency-Key is sent, until it is known what became of it."""

_SOON = 0.5
"""Seconds within which a replica is asked twice whether it is ready, so that nothing can have changed twice between."""

_ROUTES = {
    "create": ("POST", "/registers"),
    "put": ("PUT", "/registers/{}"),
    "cas": ("PUT", "/registers/{}"),
    "increment": ("POST", "/registers/{}/increment"),
    "remove": ("DELETE", "/registers/{}"),
    "read": ("GET", "/registers/{}"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the entity in a slot. A new one takes its place with every answer."""

    id: str
    etag: int
    value: int
    earlier: int | None = None
    """An ETag that is no longer the entity's."""
    position: str | None = None
    """Log-Position of the last write that was answered."""
    since: float | None = None
    """When that write was sent first."""


class Slots:
    """The entities in use. Any thread may."""

    def __init__(self) -> None:
        self._known: list[Known | None] = [None] * SLOTS
        self._lock = threading.Lock()

    def __getitem__(self, slot: int) -> Known | None:
        return self._known[slot]

    def __iter__(self) -> Iterator[Known | None]:
        return iter(list(self._known))

    def learn(self, slot: int, answer: Attempt, begun: float) -> None:
        """Take in what an answer says of the slot's entity; `begun`: when the request was first sent."""
        with self._lock:
            known = self._known[slot]
            if answer.do == "create":
                self._known[slot] = _created(answer, begun)
            elif known is not None and known.id == answer.entity:
                self._known[slot] = _changed(known, answer, begun)


def _created(answer: Attempt, begun: float) -> Known | None:
    if answer.status != 201 or answer.entity is None or answer.etag is None or answer.value is None:
        return None
    return Known(answer.entity, answer.etag, answer.value, None, answer.at, begun)


def _changed(known: Known, answer: Attempt, begun: float) -> Known | None:
    """None: it is gone."""
    if answer.status == 404 or (answer.do == "remove" and answer.status == 200):
        return None
    if answer.etag is None or answer.got is None or answer.etag <= known.etag:
        return known
    if answer.do == "read":
        return Known(known.id, answer.etag, answer.got, known.etag, known.position, known.since)
    return Known(known.id, answer.etag, answer.got, known.etag, answer.at, begun)


class Load:
    """All clients of a run."""

    def __init__(self, urls: Sequence[str], recorder: Recorder, seed: int) -> None:
        """`urls` are the replicas'."""
        self.slots = Slots()
        self._urls = urls
        self._recorder = recorder
        self._seed = seed
        self._stop = threading.Event()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Have all clients at work meanwhile, and somebody who asks whether the replicas are ready."""
        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            clients = [pool.submit(self._ask_on, number) for number in range(CLIENTS)]
            clients.append(pool.submit(self._probe_on))
            try:
                yield
            finally:
                self._stop.set()
        for client in clients:
            client.result()

    def _ask_on(self, number: int) -> None:
        with _session() as session:
            client = Client(session, self._urls, self.slots, self._recorder)
            for request in planned_requests(self._seed, number):
                if self._stop.wait(request.pause):
                    return
                client.ask(request, self._stop)

    def _probe_on(self) -> None:
        with _session() as session:
            while not self._stop.wait(0.1):
                for replica, url in enumerate(self._urls):
                    self._probe(session, replica, url)

    def _probe(self, session: requests.Session, replica: int, url: str) -> None:
        sent = self._recorder.now()
        before, read, after = (_status(session, url + path) for path in ("/readyz", "/registers?limit=1", "/readyz"))
        done = self._recorder.now()
        if done - sent < _SOON:
            self._recorder.note(Probe(replica, sent, done, (before, after), read))


class Client:
    """One client, which asks one thing after the other."""

    def __init__(self, session: requests.Session, urls: Sequence[str], slots: Slots, recorder: Recorder) -> None:
        self._session = session
        self._urls = urls
        self._slots = slots
        self._recorder = recorder

    def ask(self, request: Request, stop: threading.Event) -> None:
        """Send a request, again and again where it has a key; an empty slot is filled first."""
        known = self._slots[request.slot]
        do = request.do if known is not None else "create"
        keyed = request.keyed and do != "read"
        begun = self._recorder.now()
        for number in range(_TRIES if keyed else 1):
            answer = self._send(request, do, known, keyed, (request.replica + number) % len(self._urls))
            self._slots.learn(request.slot, answer, begun)
            if answer.status in (NO_ANSWER, 503, 504) and not stop.wait(0.1):
                continue  # as a client does that is told to try again
            return

    def _send(self, request: Request, do: str, known: Known | None, keyed: bool, replica: int) -> Attempt:
        asked = _asked(request, do, known, keyed)
        entity = known.id if known is not None and do != "create" else None
        sent = self._recorder.now()
        said = self._exchange(do, entity, replica, _headers(request.name, asked), asked["value"])
        entity = said.pop("entity", None) or entity
        attempt = Attempt(request.name, do, entity, replica, sent, self._recorder.now(), **asked, **said)
        self._recorder.note(attempt)
        return attempt

    def _exchange(
        self, do: str, entity: str | None, replica: int, headers: Mapping[str, str], value: int | None
    ) -> dict[str, Any]:
        """Send it. Gives what the answer says, by the names of an Attempt."""
        method, path = _ROUTES[do]
        url = self._urls[replica] + path.format(entity)
        body = None if value is None else {"value": value}
        try:
            return _said(self._session.request(method, url, json=body, headers=dict(headers), timeout=PATIENCE))
        except (requests.RequestException, ValueError):
            return {"status": NO_ANSWER}


def _asked(request: Request, do: str, known: Known | None, keyed: bool) -> dict[str, Any]:
    """What is asked for, by the names of an Attempt."""
    follows = known if request.follows else None
    return {
        "value": request.value if do in ("create", "put", "cas") else None,
        "if_match": known.etag if known is not None and do == "cas" else None,
        "keyed": keyed,
        "position": follows and follows.position,
        "since": follows and follows.since,
    }


def _headers(name: str, asked: Mapping[str, Any]) -> Mapping[str, str]:
    headers = {
        "X-Request-Id": name,
        "Idempotency-Key": name if asked["keyed"] else None,
        "If-Match": None if asked["if_match"] is None else f'"{asked["if_match"]}"',
        "Log-Position": asked["position"],
    }
    return {header: text for header, text in headers.items() if text is not None}


def _said(answer: requests.Response) -> dict[str, Any]:
    etag = answer.headers.get("ETag")
    said = {
        "status": answer.status_code,
        "etag": None if etag is None else int(etag.strip('"')),
        "at": answer.headers.get("Log-Position"),
    }
    body = answer.json()
    if answer.ok:
        return said | {"entity": body["id"], "got": body["value"]}
    return said | {"problem": body.get("type", "").rpartition(":")[2]}


def _status(session: requests.Session, url: str) -> int:
    try:
        return session.get(url, timeout=PATIENCE).status_code
    except requests.RequestException:
        return NO_ANSWER


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session
