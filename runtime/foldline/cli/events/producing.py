"""`foldline events produce`."""

from contextlib import closing
from pathlib import Path
from typing import TypedDict, Unpack

import click

from foldline import jsontext
from foldline.admin.logs import find_topic, open_existing
from foldline.admin.producing import foreign_value, produce_record
from foldline.admin.records import row_of
from foldline.cli.application import surroundings
from foldline.cli.changing import Changes, changes
from foldline.cli.complete import topic_names
from foldline.cli.data import takes_data, typed_object
from foldline.cli.events.lines import lines_of
from foldline.cli.output import Output, prints


class _Produce(TypedDict):
    id: str
    data: str | None
    fields: tuple[str, ...]
    remove: bool


@click.command()
@click.argument("topic", shell_complete=topic_names)
@click.option("--id", required=True, metavar="ID", help="The entity.")
@takes_data
@click.option("--remove", is_flag=True, help="Remove the entity, instead of setting it.")
@click.pass_obj
@changes
@prints
def produce(output: Output, change: Changes, path: Path, topic: str, **asked: Unpack[_Produce]) -> None:
    """Append one record by hand.

    It sets or removes one entity of TOPIC, as another program might: no command decides it and no schema checks it.
    It carries no headers, so it does not say what it follows, and always counts: whatever the entity was is
    replaced, and what services are deciding on it just now is decided anew. To change an entity as the application
    allows it, use `foldline functions invoke`.

    Example: foldline events produce products --id p1 --set name=Butter --set price=1.50
    """
    entity = typed_object(asked["data"], asked["fields"])
    if asked["remove"] == (entity is not None):
        raise click.UsageError("Say what the entity is to be, by --data or --set, or say --remove.")
    around = surroundings(path)
    value = foreign_value(asked["id"], entity)
    with closing(open_existing(around.settings)) as log:
        info = find_topic(log, around.topology, topic)
        what = "is removed" if entity is None else f"is {jsontext.encode(entity).decode()}"
        if not change.agreed(f"append to {info.name} that {asked['id']} {what}, past all commands and schemas"):
            return
        row = row_of(produce_record(log, info, asked["id"], value), info.partitions)
    output.report(row, lambda: lines_of(row))
