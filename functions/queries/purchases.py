"""Reading purchases."""

from foldline import Args, Entities, Entity, Page, query


@query("GET /purchases", args=Page)
def browse(purchases: Entities, args: Args) -> list[Entity]:
    """Purchases by id."""
    return purchases.page(**args)


@query("GET /purchases/<id>")
def retrieve(purchases: Entities, id: str) -> Entity:
    """One purchase, by id."""
    return purchases[id]
