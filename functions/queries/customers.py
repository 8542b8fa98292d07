"""Reading customers."""

from foldline import Args, Entities, Entity, Page, query


@query("GET /customers", args=Page)
def browse(customers: Entities, args: Args) -> list[Entity]:
    """Customers by id."""
    return customers.page(**args)


@query("GET /customers/<id>")
def retrieve(customers: Entities, id: str) -> Entity:
    """One customer, by id."""
    return customers[id]
