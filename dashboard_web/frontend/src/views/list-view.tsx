/** What Customers, Products and Purchases have in common: a heading, a search, a pause, and a live table. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useDashboard } from "../dashboard";
import { useList } from "../data/hooks";
import type { Touches } from "../data/touches";
import { count } from "../format";
import { href, type View } from "../routes";
import { Pause } from "../ui/buttons";
import { Search } from "../ui/search";
import { type Column, Table } from "../ui/table";
import { Heading } from "./heading";

interface Props<R> {
  view: View;
  title: string;
  columns: readonly Column<R>[];
  touches: Touches;
  /** How it is sorted where the address does not say. */
  sort: string;
  empty: ComponentChildren;
}

export function ListView<R extends { id: string }>(props: Props<R>) {
  const { router } = useDashboard();
  const { query } = router.route.value;
  const [paused, pause] = useState(false);
  const sort = query.sort ?? props.sort;
  const list = useList<R>(`api/${props.view}`, { sort, q: query.q }, props.touches);
  const shown = list.rows.value.length;
  return (
    <>
      <Heading title={props.title} note={shown ? `${count(shown)}${list.complete.value ? "" : "+"}` : ""}>
        <Search
          key={props.view}
          label={`Search ${props.view}`}
          text={query.q ?? ""}
          onSearch={(q) => router.filter({ q })}
        />
        <Pause paused={paused} onChange={pause} />
      </Heading>
      <Table
        label={props.title}
        list={list}
        columns={props.columns}
        sort={sort}
        onSort={(by) => router.filter({ sort: by === props.sort ? "" : by })}
        onOpen={(row) => router.go(href(props.view, [row.id], query))}
        paused={paused}
        empty={query.q ? <p class="message">Nothing here has “{query.q}” in it.</p> : props.empty}
      />
    </>
  );
}
