"""What the shell offers after Tab: names out of the application."""

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from foldline.admin.catalogue import functions_of, row_of
from foldline.cli.application import Surroundings, surroundings
from foldline.errors import FoldlineError

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(offered: Callable[[Surroundings], Iterable[tuple[str, str]]]) -> Completion:
    """Offer names, each with what it is; nothing where the application cannot be read: Tab is no place for errors."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        path = ctx.find_root().params.get("path")
        try:
            found = dict(offered(surroundings(path))) if path is not None else {}
        except FoldlineError:
            return []
        return [CompletionItem(name, help=what) for name, what in found.items() if name.startswith(incomplete)]

    return complete


def _services(around: Surroundings) -> Iterable[tuple[str, str]]:
    return ((name, f"port {service.port}") for name, service in around.topology.services.items())


def _topics(around: Surroundings) -> Iterable[tuple[str, str]]:
    return ((name, topic.spec.name) for name, topic in around.topology.topics.items())


def _functions(around: Surroundings) -> Iterable[tuple[str, str]]:
    rows = (row_of(found) for application in around.load_all().values() for found in functions_of(application))
    return ((row.function, row.summary) for row in rows)


service_names = _completing(_services)
"""Completes the names of services."""

topic_names = _completing(_topics)
"""Completes the names of topics."""

function_names = _completing(_functions)
"""Completes the names of functions."""
