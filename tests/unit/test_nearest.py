from foldline.nearest import nearest


def test_the_nearest_name_is_asked_for() -> None:
    assert nearest("prot", ["port", "name"]) == "; did you mean port?"


def test_all_names_are_listed_where_none_is_near() -> None:
    assert nearest("xyz", ["port", "name"]) == "; known are name, port"


def test_there_may_be_no_names_at_all() -> None:
    assert nearest("xyz", []) == "; there are none"
