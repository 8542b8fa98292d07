"""Lists of a table's rows: sorted by any column, searched by the words of names, page after page.

A page costs the same however long the list is: it is read in the order of an index, from where the last page ended. A
search looks first how much its longest word finds. Little is taken whole and sorted; of much, enough for a page is soon
met by reading in order.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Row

from marshmallow import ValidationError, fields, post_load, validate

from foldline import Args, Entity, Items, Page, Tables
from functions.words import words

FEW = 5_000
"""At most so many rows that a search finds are sorted for one page."""

NO_END = "It is not from the Link of a page."
"""What is wrong with an `after`."""

_HIGHEST = "\U0010ffff"


class SearchPage(Page):
    """The query string of a list, but for `sort`. `after` becomes where the last page ended."""

    q = fields.String(load_default="", validate=validate.Length(max=200))

    @post_load
    def _read_after(self, args: Args, **_: object) -> Args:
        after = args["after"]
        return args if after is None else args | {"after": _read_end(after, args["sort"])}


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be listed, and how. In its SQL, `item` is the row."""

    table: str
    columns: str
    joins: str
    listed: str
    """The condition that a row is in the list."""
    sorts: Mapping[str, str]
    """The column for each name to sort by; each has an index of listed rows that ends in the id."""
    found_by: Mapping[str, str]
    """The tables (id, word) that a search looks into, and the column that has their ids."""
    show: Callable[[Row], Entity]

    def sort_field(self, default: str) -> fields.String:
        """For the schema of the query string; `-` before a name turns the order round."""
        names = [sign + name for name in self.sorts for sign in ("", "-")]
        return fields.String(load_default=default, validate=validate.OneOf(names))

    def find(self, db: Tables, id: str) -> Entity | None:
        """The row of this id, if it is listed."""
        sql = f"SELECT {self.columns} FROM {self.table} AS item {self.joins} WHERE item.id = ? AND {self.listed}"
        rows = db.execute(sql, (id,))
        return self.show(rows[0]) if rows else None

    def page(self, db: Tables, args: Args, **of: str) -> Items:
        """A page of the rows that have these values, `column=value`; `args` are a SearchPage's."""
        sort, limit = args["sort"], args["limit"]
        sought = sorted(words(args["q"]), key=len, reverse=True)
        end = args["after"] or {}
        bounds = {f"from{n}": word for n, word in enumerate(sought)}
        bounds |= {f"to{n}": word + _HIGHEST for n, word in enumerate(sought)}
        few = bool(sought) and self._finds_few(db, bounds)
        sql = self._sql(sort, tuple(of), len(sought), goes_on=bool(end), few=few)
        rows = db.execute(sql, {**of, **bounds, **end, "limit": limit + 1})
        more = len(rows) > limit
        return Items([self.show(row) for row in rows[:limit]], _write_end(sort, rows[limit - 1]) if more else None)

    def _finds_few(self, db: Tables, bounds: Mapping[str, str]) -> bool:
        [(count,)] = db.execute(f"SELECT count(*) FROM (SELECT 1 FROM ({self._found()}) LIMIT {FEW + 1})", bounds)
        return int(count) <= FEW

    def _sql(self, sort: str, of: Sequence[str], sought: int, *, goes_on: bool, few: bool) -> str:
        by = self.sorts[sort.removeprefix("-")]
        order, beyond = ("DESC", "<") if sort.startswith("-") else ("ASC", ">")
        source = f"(SELECT DISTINCT id FROM ({self._found()})) AS found CROSS JOIN " if few else ""
        conditions = [
            self.listed,
            *(["item.id = found.id"] if few else []),
            *(f"item.{column} = :{column}" for column in of),
            *(self._holds(number) for number in range(sought)),
            *([f"(item.{by}, item.id) {beyond} (:at, :id)"] if goes_on else []),
        ]
        return (
            f"SELECT {self.columns}, item.{by} AS at FROM {source}{self.table} AS item {self.joins} "
            f"WHERE {' AND '.join(conditions)} "
            f"ORDER BY {', '.join(f'item.{column} {order}' for column in dict.fromkeys([by, 'id']))} LIMIT :limit"
        )

    def _found(self) -> str:
        """SQL of the ids that the longest word finds; one may come twice."""
        return " UNION ALL ".join(
            f"SELECT item.id AS id FROM {table} AS named CROSS JOIN {self.table} AS item "
            f"WHERE item.{column} = named.id AND named.word >= :from0 AND named.word < :to0"
            for table, column in self.found_by.items()
        )

    def _holds(self, number: int) -> str:
        """SQL that is true of rows which that word finds."""
        found = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE id = item.{column} AND word >= :from{number} AND word < :to{number})"
            for table, column in self.found_by.items()
        )
        return f"({found})"


def _write_end(sort: str, row: Row) -> str:
    """Where a page ended: how it was sorted, by which value and id."""
    return ".".join(urlsafe_b64encode(str(part).encode()).decode() for part in (sort, row["at"], row["id"]))


def _read_end(after: str, sort: str) -> dict[str, str]:
    try:
        sorted_by, at, last = (urlsafe_b64decode(part).decode() for part in after.split("."))
    except ValueError:
        raise ValidationError(NO_END, "after") from None
    if sorted_by != sort:
        raise ValidationError(f"It is from a page sorted by {sorted_by}; begin at the first.", "after")
    return {"at": at, "id": last}
