"""Changes to products."""

from foldline import Entity, Remove, Set, command
from functions import schemas


@command("products", "POST /products", body=schemas.Product)
def create(body: Entity) -> Set:
    """Add a product."""
    return Set(body)


@command("products", "PUT /products/<id>", body=schemas.Product)
def update(current: Entity, body: Entity) -> Set:
    """Rename or reprice a product."""
    return Set(current | body)


@command("products", "DELETE /products/<id>")
def delete(current: Entity) -> Remove:
    """Take a product off the list."""
    return Remove()
