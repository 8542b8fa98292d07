"""Small stories, told in every order: two replicas, one entity, two or three clients, and one kind of trouble."""

from .calls import Request
from .stories import Scene
from .world import CONTRADICTIONS, steps

BASE = Request("base", "put")
ONE, OTHER = Request("one", "put"), Request("other", "put")
KEYED = Request("keyed", "put", key="k")
ANEW = Request("anew", "put", key="k")
EXACT = Request("exact", "put", key="k", if_match=True)
CREATE = Request("new", "create", key="new")
REMOVE, REMOVE_TOO = Request("remove", "remove"), Request("remove_too", "remove")
REMOVE_NEW = Request("remove_new", "remove", entity="new")

LOST_LONG_AGO = "ask A base, settle, ask A one, ask B other, deliver A, deliver B, kill B, wait, wait, wait"
"""`other` lost to `one` and came last, so that `one` was repaired: base@0, one@1, other@2, one@3 again."""


def scene(name: str, *requests: Request, before: str = "", once: str = "", length: int = 7) -> Scene:
    return Scene(name, requests, steps(before), steps(once), length)


SCENES = [
    scene(
        "three writers meet",
        *(BASE, ONE, OTHER, REMOVE),
        before="ask A base, settle",
        once="ask A one, ask B other, ask B remove",
    ),
    scene(
        "two creates with one key, and a remove",
        *(CREATE, REMOVE_NEW),
        once="ask A new, ask B new, ask A remove_new, give_up new",
    ),
    scene(
        "a create is asked for again when its key no longer counts",
        *(CREATE, REMOVE_NEW),
        before="ask A new, settle",
        once="ask B remove_new, wait, wait, ask B new",
    ),
    scene(
        "a key is asked of both",
        *(BASE, KEYED, OTHER),
        before="ask A base, settle",
        once="ask A keyed, give_up keyed, ask B keyed, ask B other",
    ),
    scene(
        "a key and an ETag are asked of both",
        *(BASE, EXACT, OTHER),
        before="ask A base, settle",
        once="ask A exact, give_up exact, ask B exact, ask B other",
    ),
    scene(
        "two remove, one writes",
        *(BASE, REMOVE, REMOVE_TOO, ONE),
        before="ask A base, settle",
        once="ask A remove, ask B remove_too, ask B one",
    ),
    *(
        scene(
            f"a foreign {what}",
            *(BASE, ONE, OTHER),
            before="ask A base, settle",
            once=f"ask A one, ask B other, foreign {what} e",
            length=6,
        )
        for what in ("set", "null", "garbage")
    ),
    *(
        scene(
            f"a record {how}",
            *(BASE, ONE, OTHER),
            before="ask A base, settle",
            once=f"ask A one, ask B other, contradict {how} e",
            length=5,
        )
        for how in CONTRADICTIONS
    ),
    *(
        scene(
            f"a replica has to {trouble}",
            *(BASE, KEYED, OTHER),
            before="ask A base, settle, save A, save B",
            once=f"ask A keyed, ask B other, {trouble} A, ask A keyed, save A",
        )
        for trouble in ("kill", "cut_power", "lose_state")
    ),
    scene(
        "a record reaches the log twice",
        *(BASE, KEYED, OTHER),
        before="ask A base, settle",
        once="ask A keyed, deliver A 2, give_up keyed, ask B keyed, ask B other",
        length=6,
    ),
    scene(
        "what lost is repaired by a tool",
        *(BASE, ONE, OTHER),
        before="ask A base, settle, ask A one, ask B other, deliver A, deliver B",
        once="copy_stray 1, copy_stray 2, kill B",
    ),
    scene(
        "compaction while a new replica reads",
        *(BASE, ONE, OTHER, KEYED),
        before=LOST_LONG_AGO,
        once="compact 1, compact 2, compact 3, lose_state B, ask B keyed, ask A keyed",
    ),
    scene(
        "compaction while a replica sleeps",
        *(BASE, ONE, OTHER, KEYED),
        before="ask A base, settle, ask A one, ask B other, deliver A, deliver B, wait B, wait B, wait B",
        once="compact 2, compact 3, ask B keyed, ask A keyed",
    ),
    scene(
        "compaction while a replica starts, and sleeps",
        *(BASE, ONE, OTHER, KEYED),
        before="ask A base, settle, ask A one, ask B other, deliver A, deliver B, lose_state B, wait B, wait B, wait B",
        once="compact 2, compact 3, ask B keyed, ask A keyed",
    ),
    scene(
        "a key is used anew",
        *(KEYED, ANEW, OTHER),
        before="ask A keyed, settle, wait, wait",
        once="ask A anew, give_up anew, ask B anew, ask B other, lose_state B",
        length=6,
    ),
    scene(
        "a key, and compaction",
        *(KEYED, ONE),
        before="ask A keyed, settle, ask A one, settle, foreign set f",
        once="wait, wait, wait, compact 2, lose_state B, ask B keyed, ask A keyed",
    ),
    scene(
        "a create that lost, and compaction",
        *(CREATE, ONE),
        before="ask A new, foreign set new, deliver A, kill A, wait, wait, wait",
        once="compact 1, compact 2, lose_state B, ask B new, ask A new",
    ),
]
