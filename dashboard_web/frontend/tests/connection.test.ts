import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection, type News } from "../src/live/connection";
import type { ChangeEvent } from "../src/live/frames";

class FakeSocket {
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((closed: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
    this.onclose?.({ code: 1000 });
  }

  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

let sockets: FakeSocket[];
let told: News[];
let answering: boolean;
let connection: Connection;

const socket = (): FakeSocket => sockets.at(-1) as FakeSocket;
const asked = (): string[] => JSON.parse(socket().sent[0] ?? "{}").after;
const ready = { type: "ready", service: "dashboard", positions: [] };

function event(offset: number, partition = "eventbus.products-0"): ChangeEvent {
  return {
    type: "event",
    topic: "products",
    id: "a",
    position: `${partition}@${offset}`,
    function: "products.update",
    time: "2026-01-01T00:00:00Z",
    removed: false,
    entity: { id: "a" },
    headers: {},
  };
}

async function opens(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  socket().onopen?.();
  socket().says(ready);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  sockets = [];
  told = [];
  answering = true;
  connection = new Connection({
    open: () => {
      sockets.push(new FakeSocket());
      return socket() as unknown as WebSocket;
    },
    positions: async () => ["eventbus.products-0@100", "eventbus.products-1@3"],
    answers: async () => answering,
  });
  connection.listen((news) => told.push(news));
  connection.start();
});

afterEach(() => {
  connection.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("it is live once the server is ready", async () => {
  expect(connection.state.value).toBe("connecting");
  await opens();
  expect(connection.state.value).toBe("live");
});

test("it first asks for a little of what was before, which is no news", async () => {
  await opens();
  expect(asked()).toEqual(["eventbus.products-0@60"]);
  socket().says(event(100));
  socket().says(event(101));
  await vi.advanceTimersByTimeAsync(100);
  expect(told.map(({ past, events }) => [past.length, events.length])).toEqual([[1, 1]]);
});

test("what arrives together is told at once", async () => {
  await opens();
  for (let offset = 101; offset < 1_101; offset += 1) socket().says(event(offset));
  await vi.advanceTimersByTimeAsync(100);
  expect(told.map((news) => news.events.length)).toEqual([1_000]);
});

test("an event that was seen is not told again", async () => {
  await opens();
  socket().says(event(101));
  socket().says(event(101));
  await vi.advanceTimersByTimeAsync(100);
  expect(told.flatMap((news) => news.events)).toHaveLength(1);
});

test("it comes back after what it has seen, and says that anything may have changed", async () => {
  await opens();
  socket().says(event(105));
  await vi.advanceTimersByTimeAsync(100);
  socket().onclose?.({ code: 1006 });
  expect(connection.state.value).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(500);
  await opens();
  expect(asked()).toEqual(["eventbus.products-0@105", "eventbus.products-1@3"]);
  expect(connection.state.value).toBe("live");
  await vi.advanceTimersByTimeAsync(100);
  expect(told.at(-1)?.everything).toBe(true);
});

test("it waits longer each time", async () => {
  await opens();
  const waits = [500, 1_000, 2_000, 4_000];
  for (const wait of waits) {
    const before = sockets.length;
    socket().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(sockets).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(sockets).toHaveLength(before + 1);
  }
});

test("it is stale after ten seconds without a connection", async () => {
  await opens();
  socket().onclose?.({ code: 1006 });
  for (let second = 0; second < 10; second += 1) {
    expect(connection.state.value).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1_000);
    if (sockets.length && !socket().closed) socket().onclose?.({ code: 1006 });
  }
  expect(connection.state.value).toBe("stale");
});

test("who is not let in does not knock again", async () => {
  await opens();
  socket().onclose?.({ code: 4401 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connection.state.value).toBe("ended");
  expect(sockets).toHaveLength(1);
});

test("after a gap it asks for what was dropped", async () => {
  await opens();
  socket().says(event(102));
  socket().says({ type: "gap", positions: ["eventbus.products-0@900"] });
  await vi.advanceTimersByTimeAsync(500);
  await opens();
  expect(sockets).toHaveLength(2);
  expect(asked()).toContain("eventbus.products-0@102");
});

test("after a reset it goes on from there", async () => {
  await opens();
  socket().says({ type: "reset", positions: ["eventbus.products-0@900"] });
  socket().says(event(901));
  await vi.advanceTimersByTimeAsync(100);
  expect(told.at(-1)).toMatchObject({ everything: true, events: [{ position: "eventbus.products-0@901" }] });
});

test("a connection that died without a word is noticed", async () => {
  await opens();
  answering = false;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(sockets.length).toBeGreaterThan(1);
});

test("a quiet shop's connection is left alone", async () => {
  await opens();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sockets).toHaveLength(1);
  expect(connection.state.value).toBe("live");
});
