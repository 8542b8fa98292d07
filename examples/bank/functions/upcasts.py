"""Old entities, brought up to date whenever they are read."""

from decimal import Decimal

from foldline import Entity


def account(old: Entity) -> Entity:
    """Version 1 had an `owner` and `cents`, and knew no transfers."""
    if "cents" not in old:
        return old
    balance = Decimal(old["cents"]).scaleb(-2)
    return {"id": old["id"], "customer": old["owner"], "balance": balance, "sent": [], "received": []}
