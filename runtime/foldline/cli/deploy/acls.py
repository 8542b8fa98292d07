"""`foldline deploy acls`."""

from pathlib import Path

import click

from foldline.cli.application import surroundings
from foldline.cli.output import Output, prints
from foldline.deploy.acls import kafka_acls, needs, needs_to_create

_COLUMNS = ("service", "principal", "operations", "topic")


@click.command()
@click.option("--principal", default="User:{service}", show_default=True, help="Whom a service is for Kafka.")
@click.option("--creator", metavar="NAME", help="Say too what NAME needs for `foldline topics create`.")
@click.option("--kafka-acls", "as_script", is_flag=True, help="Print a script that grants it by kafka-acls.sh.")
@click.pass_obj
@prints
def acls(output: Output, path: Path, principal: str, creator: str | None, as_script: bool) -> None:
    """Say what each service must be allowed on the topics.

    Nothing is needed on groups or the cluster.

    The script passes its arguments on: sh acls.sh --bootstrap-server HOST:PORT --command-config FILE

    Example: foldline deploy acls --kafka-acls > acls.sh
    """
    around = surroundings(path)
    needed = needs(around.topology, around.load_all())
    if creator is not None:
        needed += needs_to_create(around.topology, creator)
    principals = [principal.replace("{service}", need.service) for need in needed]
    if as_script:
        for need, whom in zip(needed, principals, strict=True):
            click.echo(f'kafka-acls.sh "$@" {kafka_acls(need, whom)}')
        return
    output.rows(
        [{"principal": whom, **need._asdict()} for need, whom in zip(needed, principals, strict=True)], _COLUMNS
    )
