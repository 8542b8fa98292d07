"""Reading accounts."""

from foldline import Args, Entities, Entity, Page, query


@query("GET /accounts", args=Page)
def browse(accounts: Entities, args: Args) -> list[Entity]:
    """Accounts by id."""
    return accounts.page(**args)


@query("GET /accounts/<id>")
def retrieve(accounts: Entities, id: str) -> Entity:
    """One account, by id."""
    return accounts[id]
