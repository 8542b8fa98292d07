"""Classes of entities, made of what services say of themselves."""

import copy
import pickle
from decimal import Decimal
from inspect import getdoc, signature
from typing import Any

import pytest
from transports import InProcess

from foldline.client import Client
from foldline.errors import ConflictError, FieldError, Invalid, NotFound, Refused


@pytest.fixture
def account(client: Client) -> Any:
    return client.Account.create(owner_name="Ada", balance=2.50)


def last_body(transport: InProcess) -> bytes | None:
    return transport.sent[-1].body


# --- what a class looks like ---


def test_there_is_a_class_for_each_topic_named_after_its_schema(client: Client) -> None:
    assert list(client.resources) == ["Account", "Branch"]
    assert client.Account is client.resources["Account"]
    assert {"Account", "Branch"} <= set(dir(client))


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        ("create", "(*, owner_name: str, balance: decimal.Decimal = 0, tags: list = None, history: str = None)"),
        ("list", "(*, owner_name: str = None, limit: int = 100)"),
        ("retrieve", "(id)"),
        ("welcome", "()"),
    ],
)
def test_signatures_are_those_of_the_functions(client: Client, method: str, shown: str) -> None:
    assert str(signature(getattr(client.Account, method))) == shown


def test_methods_of_an_entity_take_what_their_command_takes(account: Any) -> None:
    assert str(signature(account.deposit)) == "(*, amount: decimal.Decimal, booked_on: str = None)"
    assert str(signature(account.tag)) == "(*, tag: str)"
    assert str(signature(account.save)) == str(signature(account.delete)) == "()"


def test_docstrings_are_those_of_the_functions_and_schemas(client: Client) -> None:
    assert getdoc(client.Account) == (
        "Money that is somebody's.\n\nid: str, set by the service\nowner_name: str. As on the card.\n"
        "balance: Decimal, optional\ntags: list, optional\nhistory: str, optional"
    )
    assert getdoc(client.Account.deposit) == (
        "Pay in.\n\nAny amount will do.\n\namount: Decimal\nbooked_on: str, optional"
    )
    assert client.Account.deposit.__qualname__ == "Account.deposit"


def test_dir_has_what_there_is(client: Client, account: Any) -> None:
    assert {"create", "list", "retrieve", "deposit", "tag", "save", "delete", "watch"} <= set(dir(client.Account))
    assert {"id", "owner_name", "balance", "history_"} <= set(dir(account))
    assert "delete" not in dir(client.Branch)


# --- what it does ---


def test_an_entity_has_its_fields_as_attributes(account: Any) -> None:
    assert (account.owner_name, account.balance) == ("Ada", Decimal("2.5"))
    assert account.tags is None
    assert repr(account) == f"Account(id='{account.id}', owner_name='Ada', balance=Decimal('2.5'))"
    assert account.to_dict() == {"id": account.id, "ownerName": "Ada", "balance": Decimal("2.5")}


def test_what_was_typed_goes_out_digit_for_digit(client: Client, transport: InProcess) -> None:
    client.Account.create(owner_name="Ada", balance=1.10)
    assert last_body(transport) == b'{"ownerName":"Ada","balance":1.1}'
    client.Account.create(owner_name="Ada", balance=Decimal("1.10"))
    assert last_body(transport) == b'{"ownerName":"Ada","balance":1.10}'


def test_an_entity_is_read_changed_and_removed(client: Client, account: Any) -> None:
    found = client.Account.retrieve(account.id)
    assert found == account
    found.owner_name = "Grace"
    assert found.save() is found
    assert client.Account.retrieve(id=account.id).owner_name == "Grace"
    assert account.refresh().owner_name == "Grace"
    found.delete()
    with pytest.raises(NotFound):
        account.refresh()


def test_saving_what_was_not_changed_sends_nothing(transport: InProcess, account: Any) -> None:
    sent = len(transport.sent)
    account.balance = 2.5
    account.save()
    assert len(transport.sent) == sent


def test_a_list_inside_can_be_changed_in_place(client: Client, account: Any) -> None:
    account.tags = ["vip"]
    account.save()
    account.tags.append("old")
    account.save()
    assert client.Account.retrieve(account.id).tags == ["vip", "old"]


def test_a_put_sends_all_that_can_be_set_and_nothing_else(transport: InProcess, account: Any) -> None:
    account.deposit(amount=1)
    assert account.last_booking == "in"
    account.owner_name = "Grace"
    account.save()
    assert last_body(transport) == b'{"ownerName":"Grace","balance":3.5}'
    assert account.last_booking == "in"


def test_a_patch_sends_what_was_changed(client: Client, transport: InProcess) -> None:
    branch = client.Branch.create(city_name="Oslo", opened_by="Bo")
    branch.city_name = "Bergen"
    branch.save()
    assert last_body(transport) == b'{"cityName":"Bergen"}'
    assert transport.sent[-1].url == f"http://office/branches/{branch.id}"


def test_any_other_command_is_a_method(account: Any) -> None:
    assert account.deposit(amount=5.10) is account
    assert account.balance == Decimal("7.6")
    account.tag(tag="vip")
    account.tag(tag="vip")
    assert account.tags == ["vip"]


def test_a_command_leaves_what_is_not_saved_yet(client: Client, account: Any) -> None:
    account.owner_name = "Grace"
    account.deposit(amount=1)
    assert (account.owner_name, account.balance) == ("Grace", Decimal("3.5"))
    account.save()
    assert client.Account.retrieve(account.id).owner_name == "Grace"


def test_another_command_that_creates_is_one_of_the_class(client: Client) -> None:
    assert client.Account.welcome().owner_name == "next"


def test_a_field_that_is_called_like_a_method_has_an_underscore(client: Client, account: Any) -> None:
    account.history_ = "long"
    account.save()
    assert client.Account.retrieve(account.id).history_ == "long"
    assert [change.function for change in account.history()] == ["accounts.change", "accounts.open_one"]


def test_a_history_tells_what_the_entity_was(account: Any) -> None:
    account.deposit(amount=1)
    account.delete()
    last, deposit, first = account.history(limit=1)
    assert (last.removed, last.function, last.id) == (True, "accounts.close", account.id)
    assert (deposit.entity.balance, first.entity.balance) == (Decimal("3.5"), Decimal("2.5"))


def test_a_list_reads_on_by_itself(client: Client) -> None:
    ids = {client.Account.create(owner_name=f"{n}").id for n in range(7)}
    accounts = client.Account.list(limit=3)
    assert {account.id for account in accounts} >= ids
    assert len(accounts) == len({account.id for account in accounts})
    assert accounts[:5] == client.Account.list()[:5]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_of_no_items_is_refused(client: Client, limit: int) -> None:
    with pytest.raises(Invalid, match="limit"):
        list(client.Account.list(limit=limit))


def test_a_list_that_has_no_pages_comes_at_once(client: Client) -> None:
    for city in ("Oslo", "Bergen"):
        client.Branch.create(city_name=city)
    assert {branch.city_name for branch in client.Branch.list()} >= {"Bergen", "Oslo"}


# --- who changed it meanwhile ---


def test_a_lost_update_is_a_conflict_that_says_what_changed(client: Client, account: Any) -> None:
    other = client.Account.retrieve(account.id)
    other.owner_name = "Grace"
    other.save()
    account.owner_name = "Alan"
    with pytest.raises(ConflictError, match=f"Account {account.id} was changed .*: owner_name is now Grace") as caught:
        account.save()
    assert caught.value.current == other
    assert account.owner_name == "Alan"
    account.refresh()
    account.owner_name = "Alan"
    assert account.save().owner_name == "Alan"


def test_the_entity_of_a_conflict_can_be_saved(client: Client, account: Any) -> None:
    client.Account.retrieve(account.id).deposit(amount=1)
    account.owner_name = "Alan"
    with pytest.raises(ConflictError) as caught:
        account.save()
    current = caught.value.current
    current.owner_name = "Alan"
    current.save()
    assert client.Account.retrieve(account.id).to_dict() == current.to_dict()


def test_what_came_in_a_list_is_saved_if_it_is_still_the_same(client: Client, account: Any) -> None:
    mine, others = (next(one for one in client.Account.list() if one == account) for _ in range(2))
    mine.owner_name = "Grace"
    mine.save()
    others.owner_name = "Alan"
    with pytest.raises(ConflictError, match="owner_name is now Grace"):
        others.save()


def test_an_entity_of_the_past_cannot_be_saved_over_the_present(account: Any) -> None:
    account.deposit(amount=1)
    past = account.history()[1].entity
    past.owner_name = "Alan"
    with pytest.raises(ConflictError, match=r"balance is now 3\.5"):
        past.save()


def test_what_is_gone_cannot_be_saved(client: Client, account: Any) -> None:
    client.Account.retrieve(account.id).delete()
    account.owner_name = "Alan"
    with pytest.raises(NotFound):
        account.save()


# --- mistakes are told before anything is sent ---


def test_an_unknown_name_is_told_with_the_nearest(client: Client, transport: InProcess, account: Any) -> None:
    sent = len(transport.sent)
    with pytest.raises(FieldError, match=r"^accounts.open_one takes no owner_nam; did you mean owner_name\?"):
        client.Account.create(owner_nam="Ada")
    with pytest.raises(FieldError, match="did you mean owner_name"):
        client.Account.create(ownerName="Ada")
    with pytest.raises(FieldError, match="did you mean owner_name"):
        client.Account.list(owner_nane="Ada")
    with pytest.raises(FieldError, match="did you mean limit"):
        client.Account.list(limt=4)
    with pytest.raises(FieldError, match="did you mean amount"):
        account.deposit(amonut=4)
    with pytest.raises(FieldError, match=r"^Account has no field owner_nam; did you mean owner_name\?"):
        account.owner_nam = "Ada"
    with pytest.raises(FieldError, match="Account has no owner_nam; did you mean owner_name"):
        account.owner_nam  # noqa: B018
    with pytest.raises(FieldError, match="Account has no creat; did you mean create"):
        client.Account.creat  # noqa: B018
    with pytest.raises(FieldError, match="there is no Acount; did you mean Account"):
        client.Acount  # noqa: B018
    assert len(transport.sent) == sent


def test_what_only_the_service_sets_cannot_be_set(client: Client, account: Any) -> None:
    with pytest.raises(FieldError, match=r"^id cannot be set: the service does that"):
        account.id = "other"
    with pytest.raises(FieldError, match="takes no id"):
        client.Account.create(id="other", owner_name="Ada")
    account.deposit(amount=1)
    with pytest.raises(FieldError, match=r"^last_booking cannot be set: the service does that"):
        account.last_booking = "out"


def test_a_command_that_is_refused_says_why_and_changes_nothing(account: Any) -> None:
    before = account.to_dict()
    with pytest.raises(Refused, match=r"^amount: That is nothing\."):
        account.deposit(amount=0)
    with pytest.raises(Invalid, match=r"^amount: Missing data"):
        account.deposit()
    with pytest.raises(Invalid, match="booked_on: Not a valid date"):
        account.deposit(amount=1, booked_on="soon")
    assert account.to_dict() == before


@pytest.mark.parametrize("id", [None, "", 7, ".", ".."])
def test_what_is_no_id_is_not_sent(client: Client, transport: InProcess, id: Any) -> None:
    sent = len(transport.sent)
    with pytest.raises(Invalid, match=r"^id: "):
        client.Account.retrieve(id)
    assert len(transport.sent) == sent


@pytest.mark.parametrize("id", ["a b", "å", "a?b", "a%2Fb", "a#b"])
def test_any_id_is_asked_for_as_it_is(client: Client, id: str) -> None:
    with pytest.raises(NotFound) as caught:
        client.Account.retrieve(id)
    assert caught.value.details["id"] == id


def test_an_entity_can_be_copied_and_is_not_hashable(account: Any) -> None:
    twin = copy.deepcopy(account)
    assert twin == account
    twin.owner_name = "Grace"
    assert account.owner_name == "Ada"
    with pytest.raises(TypeError):
        hash(account)
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(account)
