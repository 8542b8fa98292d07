"""`foldline events`."""

import click

from foldline.cli.events.moving import export_topic, import_file
from foldline.cli.events.producing import produce
from foldline.cli.events.reading import get, search, tail


@click.group()
def events() -> None:
    """Look at what lies on the log, and put something there.

    It is the log that FOLDLINE_LOG or KAFKA_BROKERS names; no service need run. Topics have the names of topics.yaml
    or those of the log.

    Example: foldline events tail products
    """


for verb in (tail, get, search, produce, export_topic, import_file):
    events.add_command(verb)
