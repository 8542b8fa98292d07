/** What the socket says, as docs/sockets.md describes it. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Entity = { [field: string]: Json };

export interface ChangeEvent {
  type: "event";
  topic: string;
  id: string;
  /** `eventbus.products-0@43` */
  position: string;
  /** The function that decided it; null: another program wrote it. */
  function: string | null;
  time: string;
  removed: boolean;
  /** As it is from now on; as it was, where it was removed. */
  entity: Entity | null;
  headers: Record<string, string>;
}

export interface Ready {
  type: "ready";
  service: string;
  positions: string[];
}

/** `gap`: frames were dropped. `reset`: what was missed is no longer kept. */
export interface Lost {
  type: "gap" | "reset";
  positions: string[];
}

export type Frame = ChangeEvent | Ready | Lost;

const KNOWN = new Set(["event", "ready", "gap", "reset"]);

/** The frame in a message; null: of a kind that this page does not know. */
export function readFrame(text: string): Frame | null {
  const frame = JSON.parse(text);
  return KNOWN.has(frame?.type) ? (frame as Frame) : null;
}
