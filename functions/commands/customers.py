"""Changes to customers."""

from foldline import Entity, Remove, Set, command
from functions import schemas


@command("customers", "POST /customers", body=schemas.Customer)
def create(body: Entity) -> Set:
    """Add a customer."""
    return Set(body)


@command("customers", "PUT /customers/<id>", body=schemas.Customer)
def update(current: Entity, body: Entity) -> Set:
    """Rename a customer."""
    return Set(current | body)


@command("customers", "DELETE /customers/<id>")
def delete(current: Entity) -> Remove:
    """Remove a customer."""
    return Remove()
