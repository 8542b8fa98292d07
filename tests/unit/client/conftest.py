"""A small bank, in this process: accounts that are opened, used and closed, and a list of the richest."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from transports import InProcess

from foldline.client import Client
from foldline.testing import Running, running

_FILES = {
    "topics.yaml": """
        topics:
          accounts: {name: bank.accounts, schema: "functions.schemas:AccountSchema", partitions: 2}
          branches: {name: bank.branches, schema: "functions.schemas:Branch", partitions: 1}
        services:
          desk: {port: 9990, topics: [accounts, branches], commands: [accounts, branches.create], queries: [accounts]}
          office: {port: 9991, topics: [branches], commands: [branches.rename], queries: [branches]}
        """,
    "functions/schemas.py": """
        from marshmallow import Schema, fields

        class AccountSchema(Schema):
            '''Money that is somebody's.'''
            id = fields.String(dump_only=True)
            ownerName = fields.String(required=True, metadata={"description": "As on the card."})
            balance = fields.Decimal(load_default=0)
            tags = fields.List(fields.String())
            history = fields.String()

        class Amount(Schema):
            amount = fields.Decimal(required=True)
            bookedOn = fields.Date()

        class Branch(Schema):
            cityName = fields.String(required=True)
            openedBy = fields.String()

        class Name(Schema):
            cityName = fields.String()
            openedBy = fields.String()
        """,
    "functions/commands/accounts.py": """
        from decimal import Decimal
        from foldline import Entity, Refused, Remove, Set, command
        from functions import schemas

        @command("accounts", "POST /accounts", body=schemas.AccountSchema)
        def open_one(body: Entity) -> Set:
            '''Open an account.'''
            return Set(body)

        @command("accounts", "PUT /accounts/<id>", body=schemas.AccountSchema)
        def change(current: Entity, body: Entity) -> Set:
            '''Change what is on the card.'''
            return Set(current | body)

        @command("accounts", "POST /accounts/<id>/deposit", body=schemas.Amount)
        def deposit(current: Entity, body: Entity) -> Set:
            '''Pay in.

            Any amount will do.
            '''
            if body["amount"] <= 0:
                raise Refused("That is nothing.", field="amount")
            return Set(current | {"balance": current["balance"] + body["amount"], "lastBooking": "in"})

        @command("accounts", "POST /accounts/<id>/tags/<tag>")
        def tag(current: Entity, tag: str) -> Set | None:
            '''Put a tag on it.'''
            return None if tag in current.get("tags", ()) else Set(current | {"tags": [*current.get("tags", ()), tag]})

        @command("accounts", "DELETE /accounts/<id>")
        def close(current: Entity) -> Remove:
            '''Close it.'''
            return Remove()

        @command("accounts", "POST /accounts/welcome")
        def welcome() -> Set:
            '''Open one for whoever comes next.'''
            return Set({"ownerName": "next", "balance": 1})
        """,
    "functions/commands/branches.py": """
        from foldline import Entity, Set, command
        from functions import schemas

        @command("branches", "POST /branches", body=schemas.Branch)
        def create(body: Entity) -> Set:
            '''Open a branch.'''
            return Set(body)

        @command("branches", "PATCH /branches/<id>", body=schemas.Name)
        def rename(current: Entity, body: Entity) -> Set:
            '''Change what is known of it.'''
            return Set(current | body)
        """,
    "functions/queries/accounts.py": """
        from foldline import Args, Entities, Entity, Items, Page, Tables, query
        from marshmallow import fields

        class Named(Page):
            ownerName = fields.String(load_default=None)

        class Above(Page):
            leastBalance = fields.Decimal(load_default=0)
            tags = fields.List(fields.String())
            since = fields.DateTime()

        @query("GET /accounts", args=Named)
        def browse(accounts: Entities, args: Args) -> list[Entity]:
            '''Accounts by id.'''
            return accounts.page(args["after"], args["limit"])

        @query("GET /accounts/<id>")
        def retrieve(accounts: Entities, id: str) -> Entity:
            '''One account.'''
            return accounts[id]

        @query("GET /rich", args=Above)
        def rich(db: Tables, args: Args) -> list[Entity]:
            '''Accounts with much on them.'''
            rows = db.execute(
                "SELECT id, payload ->> '$.ownerName' AS ownerName FROM accounts WHERE payload ->> '$.balance' >= ?",
                [float(args["leastBalance"])],
            )
            return [dict(row) for row in rows]

        @query("GET /total")
        def total(db: Tables) -> Entity:
            '''What is in the bank.'''
            [[total]] = db.execute("SELECT coalesce(sum(payload ->> '$.balance'), 0) FROM accounts")
            return {"inTotal": total, "from": "accounts"}
        """,
    "functions/queries/branches.py": """
        from foldline import Entities, Entity, query

        @query("GET /branches")
        def browse(branches: Entities) -> list[Entity]:
            '''All branches.'''
            return branches.page()

        @query("GET /branches/<id>")
        def retrieve(branches: Entities, id: str) -> Entity:
            '''One branch.'''
            return branches[id]
        """,
}


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    for name, text in _FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"))
    return folder


@pytest.fixture(scope="session")
def bank(bank_folder: Path) -> Iterator[Running]:
    """Its services, which tests share."""
    with running(bank_folder, log_level="error") as bank:
        yield bank


@pytest.fixture
def transport(bank: Running) -> InProcess:
    return InProcess(bank)


@pytest.fixture
def client(transport: InProcess) -> Iterator[Client]:
    with Client({"desk": "http://desk", "office": "http://office"}, transport=transport) as client:
        yield client
