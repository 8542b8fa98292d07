"""Reading products."""

from foldline import Args, Entities, Entity, Page, query


@query("GET /products", args=Page)
def browse(products: Entities, args: Args) -> list[Entity]:
    """Products by id."""
    return products.page(**args)


@query("GET /products/<id>")
def retrieve(products: Entities, id: str) -> Entity:
    """One product, by id."""
    return products[id]
