/** One event: its entity and its headers, at an address of its own. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDashboard } from "../dashboard";
import { get, segment } from "../data/api";
import type { Past } from "../data/shop";
import { dateInFull } from "../format";
import type { ChangeEvent } from "../live/frames";
import { href, type View } from "../routes";
import { Copy } from "../ui/buttons";
import { Icon } from "../ui/icons";
import { JsonText } from "../ui/json";
import { Problem } from "../ui/messages";
import { Sheet } from "../ui/sheet";
import { Topic } from "../ui/topic";

interface Shown {
  function: string | null;
  time: string;
  removed: boolean;
  entity: Record<string, unknown> | null;
  /** null: only known of events that arrived while the page was open. */
  headers: Record<string, string> | null;
}

const DEEPEST = 20; // pages of a history that are looked through

export function EventSheet({ topic, id, position }: { topic: string; id: string; position: string }) {
  const { router, recent } = useDashboard();
  const { query } = router.route.value;
  const arrived = recent.find(position);
  const { found, problem } = useFound(topic, id, position, arrived);
  return (
    <Sheet label={`Event ${position}`} onClose={() => router.go(href("log", [], query))}>
      <header class="entity-head">
        <Topic name={topic} />
        <h2>{found ? (found.function ?? "Written by another program") : position}</h2>
        {found && <time dateTime={found.time}>{dateInFull(found.time)}</time>}
        <div class="actions">
          <a class="button small" href={href(topic as View, [id, "history"], { at: position })}>
            History <Icon name="arrow" />
          </a>
          <Copy text={location.href} label="Copy link" />
        </div>
      </header>
      <section class="event-body" aria-label="The event" tabIndex={-1}>
        {problem && <Problem text={problem} />}
        {found && <Details found={found} id={id} position={position} />}
      </section>
    </Sheet>
  );
}

function Details({ found, id, position }: { found: Shown; id: string; position: string }) {
  return (
    <>
      <dl class="facts">
        <dt>Entity</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>Position</dt>
        <dd>
          <code>{position}</code>
        </dd>
      </dl>
      <h3>{found.removed ? "Removed; it was" : "Set to"}</h3>
      <JsonText value={found.entity} />
      {found.headers && (
        <>
          <h3>Headers</h3>
          <dl class="facts">
            {Object.entries(found.headers).flatMap(([name, text]) => [
              <dt key={name}>{name}</dt>,
              <dd key={`${name}:`}>
                <code>{text}</code>
              </dd>,
            ])}
          </dl>
        </>
      )}
    </>
  );
}

/** The event as it arrived; one from before the page was opened is looked for in the entity's history. */
function useFound(topic: string, id: string, position: string, arrived: ChangeEvent | undefined) {
  const found = useSignal<Shown | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    found.value = arrived ?? null;
    problem.value = null;
    if (arrived) return;
    const end = new AbortController();
    search(topic, id, position, end.signal).then(
      (event) => {
        found.value = event && { ...event, function: event.type, headers: null };
        if (!event) problem.value = "The log no longer holds this event.";
      },
      (error: Error) => {
        if (!end.signal.aborted) problem.value = error.message;
      },
    );
    return () => end.abort();
  }, [topic, id, position, arrived, found, problem]);
  return { found: found.value, problem: problem.value };
}

async function search(topic: string, id: string, position: string, signal: AbortSignal): Promise<Past | null> {
  let after: string | null = null;
  for (let page = 0; page < DEEPEST; page += 1) {
    const answer: { body: { events: Past[] }; next: string | null } = await get(
      `${topic}/${segment(id)}/history`,
      { limit: 100, after },
      signal,
    );
    const found = answer.body.events.find((event) => event.position === position);
    if (found || answer.next === null) return found ?? null;
    after = answer.next;
  }
  return null;
}
