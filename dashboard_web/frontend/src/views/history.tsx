/** What happened to one entity, newest first: when, by which function, and what it changed. */

import { useSignal } from "@preact/signals";
import { useCallback, useEffect, useMemo } from "preact/hooks";
import { useNews } from "../dashboard";
import { get, segment } from "../data/api";
import { type Difference, differences } from "../data/differences";
import type { Past } from "../data/shop";
import { dateInFull } from "../format";
import type { News } from "../live/connection";
import { JsonText } from "../ui/json";
import { Problem } from "../ui/messages";

interface Page {
  events: Past[];
  /** Why it ends: limit, start, compacted, foreign. */
  end: string;
}

const LIMIT = 50;
const ENDS: Record<string, string> = {
  start: "This is where it began.",
  compacted: "The log no longer holds what came before: it was compacted away.",
  foreign: "Another program wrote the record above; what came before is not near it in the log.",
};

export function History({ topic, id, at }: { topic: string; id: string; at: string | undefined }) {
  const { events, end, problem, more } = useHistory(topic, id);
  if (problem && events.length === 0) return <Problem text={problem} />;
  return (
    <section class="history" aria-label="History" tabIndex={-1}>
      <ol class={`timeline ${topic}`}>
        {events.map((event, index) => (
          <Moment
            key={event.position}
            event={event}
            before={events[index + 1]}
            oldest={index === events.length - 1 && end === "start"}
            marked={event.position === at}
          />
        ))}
      </ol>
      {end === "limit" ? (
        <button type="button" class="button" onClick={more}>
          Show what came before
        </button>
      ) : (
        <p class="end">{ENDS[end]}</p>
      )}
    </section>
  );
}

function Moment(props: { event: Past; before: Past | undefined; oldest: boolean; marked: boolean }) {
  const { event, before } = props;
  const known = before !== undefined || props.oldest;
  const was = before?.removed ? null : before?.entity;
  const kind = event.removed ? "removed" : known && !was ? "made" : "changed";
  return (
    <li
      class={`moment ${kind} ${props.marked ? "marked" : ""}`}
      ref={(row) => {
        if (props.marked) row?.scrollIntoView({ block: "center" });
      }}
    >
      <div class="what">
        <b>{event.type ?? "written by another program"}</b>
        <time dateTime={event.time}>{dateInFull(event.time)}</time>
      </div>
      {!event.removed && known && <Differences of={differences(was, event.entity)} first={!was} />}
      {event.removed && <p class="removal">Removed. This is what it was.</p>}
      <details>
        <summary>
          State <code>{event.position}</code>
        </summary>
        <JsonText value={event.entity} />
      </details>
    </li>
  );
}

function Differences({ of, first }: { of: Difference[]; first: boolean }) {
  if (of.length === 0) return <p class="same">Nothing changed.</p>;
  return (
    <dl class="differences">
      {of.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>
            {!first && <Value value={before} old />}
            {!first && <span aria-hidden="true"> → </span>}
            <Value value={after} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value, old = false }: { value: unknown; old?: boolean }) {
  const text = value === undefined ? "—" : typeof value === "string" ? value : JSON.stringify(value);
  return old ? <del>{text}</del> : <ins>{text}</ins>;
}

function useHistory(topic: string, id: string) {
  const path = `${topic}/${segment(id)}/history`;
  const events = useSignal<Past[]>([]);
  const end = useSignal("");
  const after = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const read = useMemo(
    () => async (from: string | null) => {
      try {
        const { body, next } = await get<Page>(path, { limit: LIMIT, after: from });
        const joined = from === null ? joinNewest(events.value, body.events) : null;
        events.value = joined ?? (from === null ? body.events : [...events.value, ...body.events]);
        if (joined === null) [end.value, after.value] = [body.end, next];
        problem.value = null;
      } catch (error) {
        problem.value = (error as Error).message;
      }
    },
    [path, events, end, after, problem],
  );
  useEffect(() => {
    read(null);
  }, [read]);
  const listener = useCallback(
    ({ events: happened, everything }: News) => {
      if (everything || happened.some((event) => event.topic === topic && event.id === id)) read(null);
    },
    [read, topic, id],
  );
  useNews(listener);
  return { events: events.value, end: end.value, problem: problem.value, more: () => read(after.value) };
}

/** What is new before what is there already; null: the two do not meet. */
function joinNewest(there: readonly Past[], newest: readonly Past[]): Past[] | null {
  const meeting = newest.findIndex((event) => event.position === there[0]?.position);
  return meeting < 0 ? null : [...newest.slice(0, meeting), ...there];
}
