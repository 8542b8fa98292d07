/** The newest events of all topics as they arrive. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useDashboard } from "../dashboard";
import { KEPT } from "../data/recent";
import { count, some, timeOfDay } from "../format";
import type { ChangeEvent } from "../live/frames";
import { href } from "../routes";
import { Choices, Pause } from "../ui/buttons";
import { Fields } from "../ui/fields";
import { Icon } from "../ui/icons";
import { Empty } from "../ui/messages";
import { Search } from "../ui/search";
import { Topic } from "../ui/topic";
import { useVirtual } from "../ui/virtual";
import { Heading } from "./heading";
import { matching } from "./log-filter";

const ROW = 40; // pixels; the style sheet has the same
const TOPICS = ["", "products", "customers", "purchases"].map((value) => ({ value, label: value || "All" }));

export function Log() {
  const { router, recent } = useDashboard();
  const { query } = router.route.value;
  const held = useSignal<readonly ChangeEvent[] | null>(null);
  const paused = useSignal(false);
  const scroller = useRef<HTMLDivElement>(null);
  const all = held.value ?? recent.events.value;
  const shown = useMemo(() => matching(all, query), [all, query]);
  const waiting = useComputed(() => (held.value ? newer(recent.events.value, held.value) : 0));
  const { items, above, below } = useVirtual(scroller, shown.length, ROW);

  const hold = () => {
    const scrolled = (scroller.current?.scrollTop ?? 0) > 4;
    if (!paused.value && !scrolled) held.value = null;
    else held.value ??= recent.events.value;
  };
  const show = () => {
    if (scroller.current) scroller.current.scrollTop = 0;
    held.value = paused.value ? recent.events.value : null;
  };
  useEffect(() => {
    if (!scroller.current) return;
    const element = scroller.current;
    element.addEventListener("scroll", hold, { passive: true });
    return () => element.removeEventListener("scroll", hold);
  });
  return (
    <>
      <Heading title="Log" note={`${count(shown.length)} of ${count(all.length)}`}>
        <Choices
          label="Topic"
          value={query.topic ?? ""}
          choices={TOPICS}
          onChange={(topic) => router.filter({ topic })}
        />
        <Search label="Search function, id, text" text={query.q ?? ""} onSearch={(q) => router.filter({ q })} />
        <Pause
          paused={paused.value}
          onChange={(pausing) => {
            paused.value = pausing;
            hold();
          }}
        />
      </Heading>
      <div class="table-frame">
        <div class="waiting" role="status">
          {waiting.value > 0 && (
            <button type="button" onClick={show}>
              <Icon name="up" />
              {some(waiting.value, "event")} {waiting.value === 1 ? "waits" : "wait"}
            </button>
          )}
        </div>
        <section class="scroller" ref={scroller} aria-label="Events" tabIndex={-1}>
          <ul class="log">
            <li class="space" aria-hidden="true" style={{ height: `${above}px` }} />
            {items.map(({ index }) => {
              const event = shown[index];
              return event && <Line key={event.position} event={event} query={query} />;
            })}
            <li class="space" aria-hidden="true" style={{ height: `${below}px` }} />
          </ul>
          {shown.length === 0 && <Nothing any={all.length > 0} />}
        </section>
      </div>
      <p class="footnote">
        Events since the page was opened, and some before that: the newest {count(KEPT)}. A product, customer or
        purchase has its whole history when you open it.
      </p>
    </>
  );
}

function Nothing({ any }: { any: boolean }) {
  return any ? (
    <p class="message">No event on this page is like that.</p>
  ) : (
    <Empty icon="log" title="Nothing has happened yet">
      <p>Every change to a product, customer or purchase appears here at once.</p>
    </Empty>
  );
}

function Line({ event, query }: { event: ChangeEvent; query: Readonly<Record<string, string>> }) {
  return (
    <li class={`line ${event.removed ? "removal" : ""}`} data-position={event.position}>
      <time dateTime={event.time}>{timeOfDay(event.time)}</time>
      <Topic name={event.topic} />
      <a href={href("log", [event.topic, event.id, event.position], query)}>{event.function ?? "another program"}</a>
      <Fields entity={event.entity} />
      <code class="position">{event.position}</code>
    </li>
  );
}

function newer(events: readonly ChangeEvent[], held: readonly ChangeEvent[]): number {
  const newest = held[0]?.position;
  const place = events.findIndex((event) => event.position === newest);
  return place < 0 ? events.length : place;
}
