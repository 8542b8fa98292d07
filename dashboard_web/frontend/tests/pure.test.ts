import { expect, test } from "vitest";
import { differences } from "../src/data/differences";
import { points } from "../src/data/time-axis";
import * as touches from "../src/data/touches";
import { Backoff } from "../src/live/backoff";
import type { ChangeEvent } from "../src/live/frames";
import { Positions } from "../src/live/positions";
import { href, parse } from "../src/routes";
import { matching } from "../src/views/log-filter";

function event(topic: string, id: string, entity: ChangeEvent["entity"], name = `${topic}.create`): ChangeEvent {
  const position = `eventbus.${topic}-0@1`;
  return { type: "event", topic, id, position, function: name, time: "", removed: false, entity, headers: {} };
}

test("a position is seen once, and earlier ones with it", () => {
  const seen = new Positions();
  expect(seen.see("eventbus.a-b-0@5")).toBe(true);
  expect(seen.see("eventbus.a-b-0@5")).toBe(false);
  expect(seen.see("eventbus.a-b-0@4")).toBe(false);
  expect(seen.see("eventbus.a-b-1@0")).toBe(true);
  expect(seen.list()).toEqual(["eventbus.a-b-0@5", "eventbus.a-b-1@0"]);
});

test("what is asked for from before leaves short partitions out", () => {
  const seen = new Positions();
  seen.reset(["t-0@50", "t-1@3"]);
  expect(seen.earlier(10)).toEqual(["t-0@40"]);
});

test("waits double up to half a minute, and start again", () => {
  const backoff = new Backoff(() => 1);
  const waits = Array.from({ length: 8 }, () => backoff.next());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
  expect(new Backoff(() => 0.5).next()).toBe(250);
});

test("an address says what it was made of", () => {
  const made = href("customers", ["a/b ?"], { q: "x & y", sort: "" });
  expect(made).toBe("#/customers/a%2Fb%20%3F?q=x+%26+y");
  expect(parse(made)).toEqual({ view: "customers", rest: ["a/b ?"], query: { q: "x & y" } });
});

test.each(["", "#", "#/nowhere", "#/%"])("an address that leads nowhere, %s, leads to sales", (hash) => {
  expect(parse(hash).view).toBe("sales");
});

test("what changed is told by field", () => {
  expect(differences({ id: "1", a: 1, b: 2, c: [1] }, { id: "2", b: 3, c: [1], d: null })).toEqual([
    { field: "a", before: 1, after: undefined },
    { field: "b", before: 2, after: 3 },
    { field: "d", before: undefined, after: null },
  ]);
  expect(differences(null, { id: "1", a: 1 })).toEqual([{ field: "a", before: undefined, after: 1 }]);
});

test("times without sales are points too", () => {
  const now = Date.parse("2026-01-01T12:30:30Z");
  const sold = points([{ from: "2026-01-01T12:29:00.000Z", purchaseCount: 2, total: 9.5 }], "minute", now);
  expect(sold).toHaveLength(60);
  expect(sold.at(-1)).toEqual({ at: Date.parse("2026-01-01T12:30:00Z") / 1000, count: 0, total: 0 });
  expect(sold.at(-2)).toMatchObject({ count: 2, total: 9.5 });
});

test("a purchase concerns its customer and its product", () => {
  const purchase = event("purchases", "x", { customerId: "c", productId: "p" });
  expect(touches.customers(purchase)).toEqual(["c"]);
  expect(touches.products(purchase)).toEqual(["p"]);
  expect(touches.purchases(purchase)).toEqual(["x"]);
  expect(touches.customers(event("products", "p", {}))).toEqual([]);
});

test("a purchase that cannot be read may concern any customer", () => {
  expect(touches.customers(event("purchases", "x", null))).toBeNull();
});

test("the log is searched by all words, anywhere in an event", () => {
  const tea = event("products", "1", { name: "Green Tea" });
  const ada = event("customers", "2", { firstName: "Ada" }, "customers.update");
  expect(matching([tea, ada], {})).toEqual([tea, ada]);
  expect(matching([tea, ada], { q: "tea GREEN" })).toEqual([tea]);
  expect(matching([tea, ada], { q: "update" })).toEqual([ada]);
  expect(matching([tea, ada], { topic: "customers", q: "tea" })).toEqual([]);
});
