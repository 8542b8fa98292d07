import { expect, test } from "vitest";
import { KEPT, Recent } from "../src/data/recent";
import type { ChangeEvent } from "../src/live/frames";

function event(offset: number, time = "2026-01-01T00:00:00Z"): ChangeEvent {
  const position = `t-0@${offset}`;
  return {
    type: "event",
    topic: "t",
    id: "x",
    position,
    function: null,
    time,
    removed: false,
    entity: {},
    headers: {},
  };
}

const offsets = (recent: Recent): number[] => recent.events.value.map(({ position }) => Number(position.slice(4)));

test("the newest stand first, in the order of their arrival", () => {
  const recent = new Recent();
  recent.add([event(1), event(2)], []);
  recent.add([event(3)], []);
  expect(offsets(recent)).toEqual([3, 2, 1]);
});

test("what was before stands by its time, and only once", () => {
  const recent = new Recent();
  recent.add([event(9, "2026-01-01T00:09:00Z")], []);
  recent.add([], [event(1, "2026-01-01T00:01:00Z"), event(4, "2026-01-01T00:04:00Z")]);
  recent.add([], [event(4, "2026-01-01T00:04:00Z")]);
  expect(offsets(recent)).toEqual([9, 4, 1]);
});

test("the oldest give way", () => {
  const recent = new Recent();
  recent.add(
    Array.from({ length: KEPT + 10 }, (_, offset) => event(offset)),
    [],
  );
  expect(recent.events.value).toHaveLength(KEPT);
  expect(offsets(recent).at(-1)).toBe(10);
});
