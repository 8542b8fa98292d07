/** The newest events of all topics, as they arrived. */

import { signal } from "@preact/signals";
import type { ChangeEvent } from "../live/frames";

/** How many are kept on the page. */
export const KEPT = 5_000;

export class Recent {
  /** Newest first. */
  readonly events = signal<readonly ChangeEvent[]>([]);

  /** `events` are newer than all that is kept, `past` older than what arrived live. */
  add(events: readonly ChangeEvent[], past: readonly ChangeEvent[]): void {
    const known = new Set(past.length ? this.events.value.map((event) => event.position) : []);
    const added = past.filter((event) => !known.has(event.position));
    const older = added.length ? [...this.events.value, ...added].sort(newestFirst) : this.events.value;
    this.events.value = [...[...events].reverse(), ...older].slice(0, KEPT);
  }

  find(position: string): ChangeEvent | undefined {
    return this.events.value.find((event) => event.position === position);
  }
}

function newestFirst(one: ChangeEvent, other: ChangeEvent): number {
  return one.time < other.time ? 1 : one.time > other.time ? -1 : 0;
}
