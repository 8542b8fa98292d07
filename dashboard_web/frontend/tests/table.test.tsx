import { render } from "preact";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { PagedList } from "../src/data/paged-list";
import { type Column, Table } from "../src/ui/table";

interface Row {
  id: string;
  name: string;
  n: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: "name", title: "Name", sorts: true, cell: (row) => row.name },
  { name: "n", title: "Number", number: true, sorts: true, cell: (row) => row.n },
];

let place: HTMLElement;
let there: Row[];
let list: PagedList<Row>;
let sorted: string[];
let opened: string[];

function show(sort = "name", paused = false): void {
  render(
    <Table
      label="Things"
      list={list}
      columns={COLUMNS}
      sort={sort}
      onSort={(by) => sorted.push(by)}
      onOpen={(row) => opened.push(row.id)}
      paused={paused}
      empty={<p>Nothing yet</p>}
    />,
    place,
  );
}

const find = (selector: string) => place.querySelector(selector) as HTMLElement;
const row = (id: string) => find(`tr[data-id="${id}"]`);

beforeAll(() => {
  Object.defineProperty(HTMLElement.prototype, "clientHeight", { value: 600 }); // nothing is laid out here
});

beforeEach(() => {
  place = document.body.appendChild(document.createElement("div"));
  there = [
    { id: "a", name: "Ada", n: 1 },
    { id: "b", name: "Bob", n: 2 },
  ];
  list = new PagedList(async () => {
    return { body: there.map((it) => ({ ...it })), next: null, positions: [] };
  });
  sorted = [];
  opened = [];
});

afterEach(() => {
  render(null, place);
  place.remove();
  list.close();
});

test("it shows its rows", async () => {
  show();
  await vi.waitFor(() => expect(row("a").textContent).toBe("Ada1"));
  expect(find("table").getAttribute("aria-rowcount")).toBe("3");
});

test("an empty one says so", async () => {
  show();
  there = [];
  list.touch(null);
  await vi.waitFor(() => expect(place.textContent).toContain("Nothing yet"));
});

test("a heading sorts, and turns the order round; numbers begin with the largest", () => {
  show("name");
  expect(find("th.col-name").getAttribute("aria-sort")).toBe("ascending");
  find("th.col-name button").click();
  find("th.col-n button").click();
  expect(sorted).toEqual(["-name", "-n"]);
});

test("a row that changes is marked", async () => {
  show();
  await vi.waitFor(() => expect(row("b")).not.toBeNull());
  there[1] = { id: "b", name: "Bob", n: 3 };
  list.touch(["b"]);
  await vi.waitFor(() => expect(row("b").className).toContain("changed"));
  expect(row("a").className).not.toContain("changed");
});

test("a paused one says what waits, and shows it when asked", async () => {
  show("name", true);
  await vi.waitFor(() => expect(row("a")).not.toBeNull());
  there = [...there, { id: "c", name: "Cleo", n: 3 }];
  list.touch(["c"]);
  await vi.waitFor(() => expect(find(".waiting").textContent).toContain("1 change waits"));
  expect(row("c")).toBeNull();
  find(".waiting button").click();
  await vi.waitFor(() => expect(row("c")).not.toBeNull());
});

test("a click opens a row", async () => {
  show();
  await vi.waitFor(() => expect(row("b")).not.toBeNull());
  row("b").querySelector("td")?.click();
  expect(opened).toEqual(["b"]);
});
