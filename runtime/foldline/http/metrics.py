"""Metrics for Prometheus: of the requests, and of the service's fold."""

from collections.abc import Iterator

from flask import Flask, Response
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from foldline.http.answers import NO_STORE
from foldline.operations import Operations, Status

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One service's metrics."""

    def __init__(self, operations: Operations) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(ServiceCollector(operations))
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "foldline_request_seconds",
            "Time from a request's arrival to its answer.",
            ("function", "method", "status"),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self._children: dict[tuple[str, str, int], Histogram] = {}

    def observe(self, function: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (function, method if method in _METHODS else "other", status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(*key)
        child.observe(seconds)

    def install(self, app: Flask) -> None:
        """Serve them at /metrics."""
        app.add_url_rule("/metrics", "metrics", self._page)

    def _page(self) -> Response:
        """Metrics for Prometheus."""
        return Response(generate_latest(self.registry), 200, [NO_STORE], content_type=CONTENT_TYPE_PLAIN_0_0_4)


class ServiceCollector(Collector):
    """What the service's status says, read when it is asked for."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def collect(self) -> Iterator[Metric]:
        """Every metric of the fold and the state."""
        status = self._operations.status()
        yield from _gauges(status)
        yield from _partitions(status)
        entities = GaugeMetricFamily("foldline_entities", "Entities in the state.", labels=("topic",))
        for topic, count in status.entities.items():
            entities.add_metric((topic,), count)
        yield entities
        for name, count in status.counters.items():
            yield CounterMetricFamily(f"foldline_{name}", f"{name} since the start.".replace("_", " "), value=count)


def _gauges(status: Status) -> Iterator[Metric]:
    for name, meaning, value in (
        ("ready", "Whether the service is ready (1) or not (0).", status.ready),
        ("lag_seconds", "Time since the fold was last seen at the end of the log.", status.lag_seconds),
        ("contact_seconds", "Time since the log last answered.", status.contact_seconds),
        ("repairs_waiting", "Entities whose last record is to be repaired.", status.repairs_waiting),
        ("oldest_repair_seconds", "How long the oldest of them waits.", status.oldest_repair_seconds),
        ("unreadable_entities", "Entities that this version cannot read.", status.unreadable),
        ("dead_letters", "Records that count for nobody, kept for an operator.", status.dead_letters),
        ("parked_events", "Events on which a projector failed.", status.parked),
    ):
        if value is not None:
            yield GaugeMetricFamily(f"foldline_{name}", meaning, value=float(value))


def _partitions(status: Status) -> Iterator[Metric]:
    labels = ("topic", "partition")
    position = GaugeMetricFamily("foldline_position", "Next offset to fold.", labels=labels)
    end = GaugeMetricFamily("foldline_log_end", "The log's end when last looked at.", labels=labels)
    for at in status.partitions:
        position.add_metric((at.topic, str(at.partition)), at.position)
        end.add_metric((at.topic, str(at.partition)), at.end)
    yield position
    yield end
