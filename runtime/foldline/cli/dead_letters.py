"""`foldline dead-letters`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from foldline.admin.dead_letters import Outcome, Ref, list_all, one
from foldline.admin.dead_letters import discard as discard_them
from foldline.admin.dead_letters import retry as retry_them
from foldline.admin.services import Services, check_service
from foldline.cli.application import surroundings
from foldline.cli.changing import Changes, changes
from foldline.cli.complete import service_names
from foldline.cli.output import Output, prints
from foldline.errors import FoldlineError
from foldline.table import harmless

_COLUMNS = ("ref", "time", "position", "id", "reason")

_refs = click.argument("refs", metavar="REF...", nargs=-1, required=True)


@click.group("dead-letters")
def dead_letters() -> None:
    """See to what services set aside.

    Dead letters are records that count for nobody, since they have no usable key or envelope. Parked events are those
    on which a projector raised: it went on without them, and tries them again at each start.

    REF says which: dashboard/parked/3 is one, dashboard/parked all of that service.

    Example: foldline dead-letters list
    """


@dead_letters.command("list")
@click.argument("services", metavar="[SERVICE]...", nargs=-1, shell_complete=service_names)
@click.pass_obj
@prints
def list_them(output: Output, path: Path, services: Sequence[str]) -> None:
    """List what SERVICE set aside.

    Or what all services did, if none is named.

    Example: foldline dead-letters list dashboard
    """
    around = surroundings(path)
    for service in services:
        check_service(around.topology, service)
    with closing(Services.of(around.topology, around.settings)) as asked:
        found, failed = list_all(asked, services or [*around.topology.services])
    output.rows([{name: getattr(item, name) for name in _COLUMNS} for item in found])
    for error in failed[1:]:
        click.echo(harmless(error.message), err=True)
    if failed:
        raise failed[0]


@dead_letters.command()
@click.argument("ref")
@click.pass_obj
@prints
def show(output: Output, path: Path, ref: str) -> None:
    """Show all that is known of REF.

    That is: the record or event as it is, and why it was set aside. What is not text comes as {"base64": ...}.

    Example: foldline dead-letters show dashboard/parked/3
    """
    with _services(path) as services:
        item = one(services, Ref.parse(ref, services))
    output.item({"ref": item.ref, **item.whole})


@dead_letters.command()
@_refs
@click.pass_obj
@changes
@prints
def retry(output: Output, change: Changes, path: Path, refs: Sequence[str]) -> None:
    """Let the projector take the parked events REF again.

    It exits with 1 where one of them fails again; that one stays parked.

    Example: foldline dead-letters retry dashboard/parked/3
    """
    if change.agreed(f"try {', '.join(refs)} again"):
        _each(output, path, refs, retry_them)


@dead_letters.command()
@_refs
@click.pass_obj
@changes
@prints
def discard(output: Output, change: Changes, path: Path, refs: Sequence[str]) -> None:
    """Forget REF for good.

    A projector goes on as if it had seen the event, and the record stays on the log.

    Example: foldline dead-letters discard products/dead-letters --yes
    """
    if change.agreed(f"forget {', '.join(refs)} for good"):
        _each(output, path, refs, discard_them)


def _each(output: Output, path: Path, texts: Sequence[str], act: Callable[[Services, Ref], Iterator[Outcome]]) -> None:
    with _services(path) as services:
        refs = [Ref.parse(text, services) for text in texts]
        outcomes = [outcome for ref in refs for outcome in act(services, ref)]
    output.rows([asdict(outcome) for outcome in outcomes])
    if failed := sum(not outcome.done for outcome in outcomes):
        raise FoldlineError(f"{failed} of {len(outcomes)} failed")


@contextmanager
def _services(path: Path) -> Iterator[Services]:
    around = surroundings(path)
    with closing(Services.of(around.topology, around.settings)) as services:
        yield services
