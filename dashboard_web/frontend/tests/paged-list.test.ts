import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../src/data/api";
import { PagedList } from "../src/data/paged-list";

interface Row {
  id: string;
  n: number;
}

const PAGE = 30;
let there: Row[];
let asked: (string | null)[];
let failing: boolean;
let list: PagedList<Row>;

/** The first three, and how many there are. */
const shown = (): string => {
  const rows = list.rows.value.map(({ id, n }) => `${id}=${n}`);
  return `${rows.slice(0, 3).join(" ")} of ${rows.length}`;
};
const settle = () => vi.advanceTimersByTimeAsync(400);

beforeEach(async () => {
  vi.useFakeTimers();
  there = Array.from({ length: 70 }, (_, number) => ({ id: `r${number}`, n: 0 }));
  asked = [];
  failing = false;
  list = new PagedList<Row>(async (after) => {
    asked.push(after);
    if (failing) throw new Problem(503, "not now");
    const start = after === null ? 0 : there.findIndex(({ id }) => id === after) + 1;
    const rows = there.slice(start, start + PAGE).map((row) => ({ ...row }));
    return { body: rows, next: start + PAGE < there.length ? (rows.at(-1)?.id ?? null) : null, positions: [] };
  });
  list.look(0, 2);
  await settle();
  asked = [];
});

afterEach(() => {
  list.close();
  vi.useRealTimers();
});

async function readAll(): Promise<void> {
  while (!list.complete.value) await list.more();
  asked = [];
}

test("pages are read one after the other", async () => {
  expect(shown()).toBe("r0=0 r1=0 r2=0 of 30");
  await list.more();
  expect(shown()).toBe("r0=0 r1=0 r2=0 of 60");
  await list.more();
  expect(list.complete.value).toBe(true);
  await list.more();
  expect(asked).toEqual(["r29", "r59"]);
});

test("a row that changed shows it, and the others do not", async () => {
  there[1] = { id: "r1", n: 5 };
  list.touch(["r1"]);
  await settle();
  expect(shown()).toBe("r0=0 r1=5 r2=0 of 30");
  expect([...list.changed.value]).toEqual(["r1"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(list.changed.value.size).toBe(0);
});

test("many changes are one question", async () => {
  for (let n = 0; n < 1_000; n += 1) list.touch(["r1"]);
  await settle();
  expect(asked).toHaveLength(1);
});

test("nothing changes in a paused list, which says how many rows wait", async () => {
  list.hold("paused");
  there[0] = { id: "r0", n: 1 };
  list.touch(["r0"]);
  list.touch(["r0", "x"]);
  await settle();
  expect(shown()).toBe("r0=0 r1=0 r2=0 of 30");
  expect(list.waiting.value).toBe(2);
  list.hold("no");
  await settle();
  expect(shown()).toBe("r0=1 r1=0 r2=0 of 30");
  expect(list.waiting.value).toBe(0);
});

test("while somebody reads, rows change where they stand and none comes", async () => {
  list.hold("reading");
  there = [{ id: "new", n: 0 }, { id: "r0", n: 1 }, ...there.slice(1)];
  list.touch(["new", "r0"]);
  await settle();
  expect(shown()).toBe("r0=1 r1=0 r2=0 of 30");
  expect(list.waiting.value).toBe(1);
  await list.renew();
  expect(shown()).toBe("new=0 r0=1 r1=0 of 30");
  expect(list.waiting.value).toBe(0);
});

test("only the pages that are looked at are asked for again", async () => {
  await readAll();
  list.hold("reading");
  list.look(35, 40);
  there[40] = { id: "r40", n: 9 };
  list.touch(["r40"]);
  await settle();
  expect(asked).toEqual(["r29"]);
  expect(list.rows.value[40]).toEqual({ id: "r40", n: 9 });
});

test("pages that no longer follow on the first are forgotten", async () => {
  await readAll();
  there = [{ id: "0", n: 0 }, ...there];
  await list.renew();
  expect(shown()).toBe("0=0 r0=0 r1=0 of 30");
  expect(list.complete.value).toBe(false);
});

test("a failure is told, and the rows stay", async () => {
  failing = true;
  list.touch(["r0"]);
  await settle();
  expect(list.problem.value).toBe("not now");
  expect(shown()).toBe("r0=0 r1=0 r2=0 of 30");
  failing = false;
  list.touch(null);
  await settle();
  expect(list.problem.value).toBeNull();
});

test("a change that comes during a question is asked for afterwards", async () => {
  const renewing = list.renew();
  there[0] = { id: "r0", n: 7 };
  list.touch(["r0"]);
  await renewing;
  await settle();
  expect(shown()).toBe("r0=7 r1=0 r2=0 of 30");
});
