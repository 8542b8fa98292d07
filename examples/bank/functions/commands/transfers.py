"""New transfers. Asking moves no money: the accounts do, each by a step of its own."""

from datetime import datetime

from foldline import Entities, Entity, Refused, Set, command

from functions import schemas


@command("transfers", "POST /transfers", body=schemas.Transfer)
def create(body: Entity, accounts: Entities, now: datetime) -> Set:
    """Ask for a transfer between two accounts."""
    for side in ("fromAccount", "toAccount"):
        if body[side] not in accounts:
            raise Refused("There is no such account.", field=side)
    if body["fromAccount"] == body["toAccount"]:
        raise Refused("It is the account that the money comes from.", field="toAccount")
    return Set(body | {"askedAt": now})
