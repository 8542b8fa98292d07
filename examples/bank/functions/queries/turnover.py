"""What customers move, day by day."""

from decimal import Decimal

from foldline import Args, Entity, Items, Page, Tables, query

_OF_A_DAY = """
    SELECT account.payload ->> '$.customer' AS customer, sum(count) AS count, sum(cents) AS cents
    FROM turnover JOIN accounts AS account ON account.id = turnover.account
    WHERE day = :day
    GROUP BY customer HAVING :after IS NULL OR customer > :after
    ORDER BY customer LIMIT :limit + 1
"""


@query("GET /turnover/<day>", args=Page)
def of_a_day(db: Tables, day: str, args: Args) -> Items:
    """How many transfers each customer asked for on a day (2026-01-31, UTC), and of how much money."""
    rows = db.execute(_OF_A_DAY, {"day": day, **args})
    shown: list[Entity] = [
        {"customer": row["customer"], "count": row["count"], "total": Decimal(row["cents"]).scaleb(-2)}
        for row in rows[: args["limit"]]
    ]
    return Items(shown, after=shown[-1]["customer"] if len(rows) > len(shown) else None)
