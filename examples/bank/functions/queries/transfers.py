"""Reading transfers, each with how far it has come."""

from foldline import Args, Entities, Entity, Items, Page, query


@query("GET /transfers", args=Page)
def browse(transfers: Entities, accounts: Entities, args: Args) -> Items:
    """Transfers by id."""
    page = transfers.page(**args)
    return Items([_with_status(transfer, accounts) for transfer in page], after=page.after)


@query("GET /transfers/<id>")
def retrieve(transfers: Entities, accounts: Entities, id: str) -> Entity:
    """One transfer, by id."""
    return _with_status(transfers[id], accounts)


def _with_status(transfer: Entity, accounts: Entities) -> Entity:
    """`asked`, `sent` (the money is on its way), or `received`; the accounts know."""
    if _is_among(transfer, accounts.get(transfer["toAccount"]), "received"):
        return transfer | {"status": "received"}
    if _is_among(transfer, accounts.get(transfer["fromAccount"]), "sent"):
        return transfer | {"status": "sent"}
    return transfer | {"status": "asked"}


def _is_among(transfer: Entity, account: Entity | None, step: str) -> bool:
    """Topics are folded in any order, so the account may still be on its way to this service."""
    return account is not None and transfer["id"] in account[step]
