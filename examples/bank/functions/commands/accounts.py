"""Changes to accounts. Each decides on the one account that it changes, so no balance is ever wrong or below zero."""

from foldline import Entities, Entity, Refused, Set, command

from functions import schemas


@command("accounts", "POST /accounts", body=schemas.Account)
def create(body: Entity) -> Set:
    """Open an account with nothing in it."""
    return Set(body | {"balance": 0, "sent": [], "received": []})


@command("accounts", "POST /accounts/<id>/deposit", body=schemas.Amount)
def deposit(current: Entity, body: Entity) -> Set:
    """Pay money in."""
    return Set(current | {"balance": current["balance"] + body["amount"]})


@command("accounts", "POST /accounts/<id>/withdraw", body=schemas.Amount)
def withdraw(current: Entity, body: Entity) -> Set:
    """Pay money out, as far as there is any."""
    if body["amount"] > current["balance"]:
        raise Refused("There is not so much in the account.", field="amount")
    return Set(current | {"balance": current["balance"] - body["amount"]})


@command("accounts", "POST /accounts/<id>/send", body=schemas.Step)
def send(id: str, current: Entity, body: Entity, transfers: Entities) -> Set | None:
    """Take a transfer's amount off the account that it comes from; once, however often it is asked for."""
    transfer = _transfer(transfers, body, fromAccount=id)
    if transfer["id"] in current["sent"]:
        return None
    if transfer["amount"] > current["balance"]:
        raise Refused("There is not so much in the account.", field="transferId")
    balance = current["balance"] - transfer["amount"]
    return Set(current | {"balance": balance, "sent": [*current["sent"], transfer["id"]]})


@command("accounts", "POST /accounts/<id>/receive", body=schemas.Step)
def receive(id: str, current: Entity, body: Entity, transfers: Entities, accounts: Entities) -> Set | None:
    """Add the amount of a transfer that was sent; once, however often it is asked for."""
    transfer = _transfer(transfers, body, toAccount=id)
    if transfer["id"] in current["received"]:
        return None
    sender = accounts.get(transfer["fromAccount"])
    if sender is None or transfer["id"] not in sender["sent"]:
        raise Refused("It is not sent yet.", field="transferId")
    balance = current["balance"] + transfer["amount"]
    return Set(current | {"balance": balance, "received": [*current["received"], transfer["id"]]})


def _transfer(transfers: Entities, body: Entity, **side: str) -> Entity:
    """The transfer that the step is of, which names this account on this side."""
    transfer = transfers.get(body["transferId"])
    if transfer is None or not side.items() <= transfer.items():
        raise Refused("There is no such transfer for this account.", field="transferId")
    return transfer
