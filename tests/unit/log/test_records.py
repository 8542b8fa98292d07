from foldline.log.port import Record
from foldline.log.records import Held, record_of


def test_a_message_of_a_record_holds_that_record() -> None:
    record = Record("topic", 1, 2, b"key", None, [("name", None), ("name", b"value")], 1_700_000_000_000)
    assert record_of(Held(record)) == record
