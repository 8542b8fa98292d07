/** The page's one socket: it comes back by itself, and misses nothing. */

import { signal } from "@preact/signals";
import { Backoff } from "./backoff";
import { type ChangeEvent, readFrame } from "./frames";
import { Positions } from "./positions";

/** `stale`: what is shown may be old. `ended`: it will not come back by itself. */
export type LinkState = "connecting" | "live" | "reconnecting" | "stale" | "ended";

export interface News {
  /** What happened, oldest first. */
  events: ChangeEvent[];
  /** What happened before the page was opened; only of interest to the log. */
  past: ChangeEvent[];
  /** Anything may have changed besides. */
  everything: boolean;
}

export interface Outside {
  open(): WebSocket;
  /** The positions of the state now. */
  positions(): Promise<string[]>;
  /** Whether the server answers at all. */
  answers(): Promise<boolean>;
}

const PAST = 40; // records of each partition from before the page was opened
const FLUSH = 60; // milliseconds in which what arrives is told at once
const STALE = 10_000;
const QUIET = 25_000; // after so long without a frame it asks whether the server is there
const REFUSED = new Set([4401, 4403]);

export class Connection {
  readonly state = signal<LinkState>("connecting");
  readonly #outside: Outside;
  readonly #backoff = new Backoff();
  readonly #seen = new Positions();
  readonly #opened = new Positions(); // where the state was when the page was opened
  readonly #listeners = new Set<(news: News) => void>();
  #socket: WebSocket | null = null;
  #started = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #fading: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #flush: ReturnType<typeof setTimeout> | undefined;
  #waiting: News = nothing();
  #lastFrame = 0;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** Be told what happens; gives the way to stop that. */
  listen(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#started = true;
    this.#watch = setInterval(() => this.#check(), QUIET / 2);
    window.addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#now);
    this.#connect();
  }

  stop(): void {
    this.#started = false;
    for (const timer of [this.#retry, this.#fading, this.#flush]) clearTimeout(timer);
    clearInterval(this.#watch);
    window.removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#now);
    this.#socket?.close();
    this.#socket = null;
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    try {
      const first = this.#seen.list().length === 0;
      if (first) {
        const now = await this.#outside.positions();
        this.#seen.reset(now);
        this.#opened.reset(now);
      }
      if (this.#started) this.#use(this.#outside.open(), first ? this.#seen.earlier(PAST) : this.#seen.list());
    } catch {
      this.#lost(0);
    }
  }

  #use(socket: WebSocket, after: string[]): void {
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", after }));
    socket.onmessage = (message) => this.#read(String(message.data));
    socket.onclose = (closed) => {
      if (this.#socket === socket) this.#lost(closed.code);
    };
  }

  #read(text: string): void {
    this.#lastFrame = Date.now();
    const frame = readFrame(text);
    switch (frame?.type) {
      case "ready":
        this.#backoff.reset();
        clearTimeout(this.#fading);
        this.#fading = undefined;
        if (this.state.value !== "connecting") this.#tell({ everything: true });
        this.state.value = "live";
        break;
      case "event":
        if (this.#seen.see(frame.position)) this.#tell({ events: [frame] });
        else if (this.#opened.has(frame.position)) this.#tell({ past: [frame] });
        break;
      case "gap":
        this.#tell({ everything: true });
        this.#drop(); // and come back for what was dropped: it is still kept
        break;
      case "reset":
        this.#seen.reset(frame.positions);
        this.#tell({ everything: true });
        break;
    }
  }

  #tell(news: Partial<News>): void {
    this.#waiting.events.push(...(news.events ?? []));
    this.#waiting.past.push(...(news.past ?? []));
    this.#waiting.everything ||= news.everything ?? false;
    this.#flush ??= setTimeout(() => {
      const told = this.#waiting;
      this.#waiting = nothing();
      this.#flush = undefined;
      for (const listener of this.#listeners) listener(told);
    }, FLUSH);
  }

  #lost(code: number): void {
    this.#socket = null;
    if (!this.#started) return;
    if (REFUSED.has(code)) {
      this.state.value = "ended";
      return;
    }
    if (this.state.value !== "stale") this.state.value = "reconnecting";
    this.#fading ??= setTimeout(() => {
      this.state.value = "stale";
    }, STALE);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #drop(): void {
    const socket = this.#socket;
    this.#lost(0);
    socket?.close();
  }

  /** The network is back, or somebody looks again: why wait? */
  readonly #now = (): void => {
    if (this.#retry !== undefined && document.visibilityState === "visible") this.#connect();
  };

  /** A connection can die without a word. */
  async #check(): Promise<void> {
    const socket = this.#socket;
    if (socket === null || Date.now() - this.#lastFrame < QUIET) return;
    if (!(await this.#outside.answers()) && this.#socket === socket) this.#drop();
  }
}

function nothing(): News {
  return { events: [], past: [], everything: false };
}
