"""The transfers of each account, day by day."""

from foldline import Event, Tables, projector


@projector("turnover", topics=["transfers"], tables="turnover.sql", version=1)
def tally(event: Event, db: Tables) -> None:
    """Count the transfers that each account sends, and add up their cents, by the day that they were asked for."""
    for transfer, sign in ((event.before, -1), (event.after, +1)):
        if transfer is not None:
            db.execute(
                "INSERT INTO turnover VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET count = count + excluded.count, cents = cents + excluded.cents",
                (transfer["askedAt"][:10], transfer["fromAccount"], sign, sign * int(transfer["amount"] * 100)),
            )
    db.execute("DELETE FROM turnover WHERE count = 0")
