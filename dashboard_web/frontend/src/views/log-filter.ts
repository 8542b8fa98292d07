/** Which events the log shows. */

import type { ChangeEvent } from "../live/frames";

/** `topic`, and `q`: words that must all be in the event's function, id, position or entity. */
export function matching(
  events: readonly ChangeEvent[],
  query: Readonly<Record<string, string>>,
): readonly ChangeEvent[] {
  const words = (query.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const topic = query.topic ?? "";
  if (!topic && words.length === 0) return events;
  return events.filter((event) => {
    if (topic && event.topic !== topic) return false;
    const text = words.length ? searched(event) : "";
    return words.every((word) => text.includes(word));
  });
}

function searched({ function: name, id, position, entity, removed }: ChangeEvent): string {
  return [name, id, position, removed && "removed", JSON.stringify(entity)].join(" ").toLowerCase();
}
