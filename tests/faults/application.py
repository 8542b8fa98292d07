"""The application under test: registers that hold a whole number, and a projector that counts and sums them."""

from pathlib import Path

PARTITIONS = 3

_FILES = {
    "topics.yaml": """
topics:
  registers: {name: %s, schema: "functions.schemas:Register", partitions: %d}
services:
  registers: {port: 9995, topics: [registers], commands: [registers], queries: [registers], projectors: [sums]}
""",
    "functions/schemas.py": """
from marshmallow import Schema, fields

class Register(Schema):
    value = fields.Integer(required=True, strict=True)
""",
    "functions/commands/registers.py": """
from foldline import Entity, Remove, Set, command
from functions import schemas

@command("registers", "POST /registers", body=schemas.Register)
def create(body: Entity) -> Set:
    return Set(body)

@command("registers", "PUT /registers/<id>", body=schemas.Register)
def put(current: Entity, body: Entity) -> Set:
    return Set(current | body)

@command("registers", "POST /registers/<id>/increment")
def increment(current: Entity) -> Set:
    return Set(current | {"value": current["value"] + 1})

@command("registers", "DELETE /registers/<id>")
def remove(current: Entity) -> Remove:
    return Remove()
""",
    "functions/queries/registers.py": """
from foldline import Args, Entities, Entity, Page, Tables, query

@query("GET /registers", args=Page)
def browse(registers: Entities, args: Args) -> list[Entity]:
    return registers.page(**args)

@query("GET /registers/<id>")
def retrieve(registers: Entities, id: str) -> Entity:
    return registers[id]

@query("GET /sums")
def sums(db: Tables) -> list[dict[str, int]]:
    return [{"count": row["count"], "total": row["total"]} for row in db.execute("SELECT count, total FROM sums")]
""",
    "functions/projectors/sums.py": """
from foldline import Event, Tables, projector

@projector("sums", topics=["registers"], tables="sums.sql", version=1)
def tally(event: Event, db: Tables) -> None:
    for entity, sign in ((event.before, -1), (event.after, +1)):
        if entity is not None:
            db.execute(
                "INSERT INTO sums VALUES (1, ?, ?) ON CONFLICT DO UPDATE"
                " SET count = count + excluded.count, total = total + excluded.total",
                (sign, sign * entity["value"]),
            )
""",
    "functions/projectors/sums.sql": """
CREATE TABLE sums (one INTEGER PRIMARY KEY, count INTEGER NOT NULL, total INTEGER NOT NULL);
""",
}


def write_application(folder: Path, topic: str) -> Path:
    """Write its files into a folder; gives topics.yaml."""
    for path, text in _FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text % (topic, PARTITIONS) if path == "topics.yaml" else text)
    return folder / "topics.yaml"
