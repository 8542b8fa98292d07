from foldline.log.port import Partition, Record
from foldline.log.records import Held, last_of_each, record_of


def record(topic: str, partition: int, offset: int) -> Record:
    return Record(topic, partition, offset, b"key", None, [("name", None), ("name", b"value")], 1_700_000_000_000)


def test_a_message_of_a_record_holds_that_record() -> None:
    assert record_of(Held(record("topic", 1, 2))) == record("topic", 1, 2)


def test_the_last_message_of_each_partition_is_found() -> None:
    places = [("a", 0, 7), ("a", 1, 3), ("b", 0, 1), ("a", 0, 8), ("b", 0, 2)]
    messages = [Held(record(*place)) for place in places]

    last = last_of_each(messages, 4)  # one of them has nothing new

    assert {partition: message.offset() for partition, message in last.items()} == {
        Partition("a", 0): 8,
        Partition("a", 1): 3,
        Partition("b", 0): 2,
    }
    assert last_of_each([], 4) == {}
