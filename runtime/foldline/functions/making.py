"""From what was declared to what the runtime calls."""

from foldline.functions.declare import CommandDeclaration, ProjectorDeclaration, QueryDeclaration
from foldline.functions.definition import Command, Projector, Query, Route
from foldline.functions.finding import Found
from foldline.functions.parameters import current_of, names_of
from foldline.functions.tables import created_by, read_sql


def make_command(found: Found[CommandDeclaration]) -> Command:
    """A command; raises DeclarationError where its `current` is not annotated."""
    declared = found.declaration
    return Command(
        name=declared.name or f"{declared.topic}.{found.function.__name__}",
        topic=declared.topic,
        route=Route.parse(declared.route),
        body=declared.body,
        current=current_of(found.function),
        function=found.function,
        parameters=names_of(found.function),
        source=found.source,
    )


def make_query(found: Found[QueryDeclaration]) -> Query:
    """A query."""
    declared = found.declaration
    return Query(
        name=declared.name or f"{found.module}.{found.function.__name__}",
        route=Route.parse(declared.route),
        args=declared.args,
        function=found.function,
        parameters=names_of(found.function),
        source=found.source,
    )


def make_projector(found: Found[ProjectorDeclaration]) -> Projector:
    """A projector; raises DeclarationError where its tables cannot be made."""
    declared = found.declaration
    sql = read_sql(found.file.parent / declared.tables)
    return Projector(
        name=declared.name,
        topics=declared.topics,
        tables=sql,
        table_names=created_by(sql).tables,
        version=declared.version,
        function=found.function,
        parameters=names_of(found.function),
        source=found.source,
    )
