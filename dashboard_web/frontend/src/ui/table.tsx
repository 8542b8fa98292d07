/** A long list as a table: sorted by its columns, drawn only where it is in view. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { PagedList } from "../data/paged-list";
import { some } from "../format";
import { useGliding } from "./gliding";
import { Icon } from "./icons";
import { Problem } from "./messages";
import { useVirtual } from "./virtual";

export interface Column<R> {
  name: string;
  title: string;
  /** Numbers stand to the right, and are first sorted from the largest. */
  number?: boolean;
  /** Whether the list can be sorted by it. */
  sorts?: boolean;
  /** Left out where there is little room. */
  minor?: boolean;
  cell: (row: R) => ComponentChildren;
}

interface Props<R extends { id: string }> {
  label: string;
  list: PagedList<R>;
  columns: readonly Column<R>[];
  /** `-totalSpent`: by that column, the largest first. */
  sort?: string;
  onSort?: (sort: string) => void;
  onOpen?: (row: R) => void;
  paused?: boolean;
  empty: ComponentChildren;
}

const READING = 1_500; // milliseconds after the pointer's last move for which it counts as reading

export function Table<R extends { id: string }>(props: Props<R>) {
  const { list, columns, label } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const height = useRowHeight();
  const rows = list.rows.value;
  const { items, above, below } = useVirtual(scroller, rows.length, height);
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useGliding(
    body,
    rows.slice(first, last + 1).map((row) => row.id),
    height,
  );
  useLayoutEffect(() => list.look(first, last), [list, first, last, rows.length]);
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [list]);
  const toTop = useHold(list, scroller, props.paused ?? false);
  const blank = rows.length === 0;
  return (
    <div class="table-frame" aria-busy={list.loading.value}>
      <Waiting list={list} paused={props.paused ?? false} onShow={toTop} />
      <section class="scroller" ref={scroller} aria-label={label} tabIndex={-1}>
        <table aria-rowcount={list.complete.value ? rows.length + 1 : -1}>
          <caption class="unseen">{label}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.name} column={column} sort={props.sort} onSort={props.onSort} />
              ))}
            </tr>
          </thead>
          <tbody ref={body} data-changed={list.changed.value.size}>
            <Space height={above} />
            {items.map(({ index }) => {
              const row = rows[index];
              if (!row) return null;
              return (
                <tr
                  key={row.id}
                  data-id={row.id}
                  aria-rowindex={index + 2}
                  class={`${list.changed.value.has(row.id) ? "changed" : ""} ${props.onOpen ? "opens" : ""}`}
                  onClick={(event) =>
                    props.onOpen && !(event.target as Element).closest("a,button") && props.onOpen(row)
                  }
                >
                  {columns.map((column) => (
                    <td key={column.name} class={shape(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            <Space height={below} />
          </tbody>
        </table>
        {blank && list.problem.value === null && (list.loading.value ? <Skeleton /> : props.empty)}
        {list.problem.value !== null && <Problem text={list.problem.value} again={() => retry(list)} />}
      </section>
    </div>
  );
}

function retry(list: PagedList<{ id: string }>): void {
  if (list.rows.value.length) list.renew();
  else list.more();
}

/** While somebody reads, rows stay where they are. Gives the way back to the top. */
function useHold(list: PagedList<{ id: string }>, scroller: { current: HTMLElement | null }, paused: boolean) {
  const scrolled = useSignal(false);
  const pointing = useSignal(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      scrolled.value = element.scrollTop > 4;
    };
    const onMove = (event: PointerEvent) => {
      if (event.pointerType !== "mouse") return;
      pointing.value = true;
      clearTimeout(timer);
      timer = setTimeout(onLeave, READING);
    };
    const onLeave = () => {
      pointing.value = false;
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    element.addEventListener("pointermove", onMove, { passive: true });
    element.addEventListener("pointerleave", onLeave);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("scroll", onScroll);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerleave", onLeave);
    };
  }, [scroller, scrolled, pointing]);
  const reading = scrolled.value || pointing.value;
  useEffect(() => list.hold(paused ? "paused" : reading ? "reading" : "no"), [list, paused, reading]);
  return () => {
    if (scroller.current) scroller.current.scrollTop = 0;
    list.renew();
  };
}

function Waiting({ list, paused, onShow }: { list: PagedList<{ id: string }>; paused: boolean; onShow: () => void }) {
  const waiting = list.waiting.value;
  return (
    <div class="waiting" role="status">
      {waiting > 0 && (
        <button type="button" onClick={onShow}>
          <Icon name="up" />
          {some(waiting, "change")} {waiting === 1 ? "waits" : "wait"}
          <span class="unseen">{paused ? "; the list is paused" : ""}; show</span>
        </button>
      )}
    </div>
  );
}

function Heading<R>({
  column,
  sort,
  onSort,
}: {
  column: Column<R>;
  sort?: string | undefined;
  onSort?: ((sort: string) => void) | undefined;
}) {
  if (!column.sorts || !onSort) {
    return (
      <th scope="col" class={shape(column)}>
        {column.title}
      </th>
    );
  }
  const up = sort === column.name;
  const down = sort === `-${column.name}`;
  const next = up ? `-${column.name}` : down ? column.name : column.number ? `-${column.name}` : column.name;
  return (
    <th scope="col" class={shape(column)} aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <button type="button" class="sort" onClick={() => onSort(next)}>
        {column.title}
        <span class="direction" aria-hidden="true">
          {up ? "↑" : down ? "↓" : ""}
        </span>
      </button>
    </th>
  );
}

function shape<R>(column: Column<R>): string {
  return `${column.number ? "number" : ""} ${column.minor ? "minor" : ""} col-${column.name}`;
}

function Space({ height }: { height: number }) {
  return height > 0 ? (
    <tr class="space">
      <td style={{ height: `${height}px` }} />
    </tr>
  ) : null;
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: 8 }, (_, line) => (
        <i key={line} />
      ))}
    </div>
  );
}

/** Pixels; the style sheet has the same. */
function useRowHeight(): number {
  const narrow = useSignal(matchMedia("(max-width: 760px)").matches);
  useEffect(() => {
    const query = matchMedia("(max-width: 760px)");
    const tell = () => {
      narrow.value = query.matches;
    };
    query.addEventListener("change", tell);
    return () => query.removeEventListener("change", tell);
  }, [narrow]);
  return narrow.value ? 64 : 52;
}
