/** A list of any length: read page by page, kept up to date where it is looked at, and still where it is read. */

import { batch, signal } from "@preact/signals";
import { type Answer, Problem } from "./api";

/** `paused`: nothing changes. `reading`: rows change where they stand, none comes, goes or moves. `no`: all is live. */
export type Hold = "no" | "reading" | "paused";

export type ReadPage<R> = (after: string | null, signal: AbortSignal) => Promise<Answer<R[]>>;

interface Page<R> {
  after: string | null;
  rows: R[];
  next: string | null;
}

const PAUSE = 350; // milliseconds between two questions about what changed
const NEAR = 20; // rows before the end at which the next page is asked for
const SHOWN = 1_800; // milliseconds for which a row shows that it changed

export class PagedList<R extends { id: string }> {
  readonly rows = signal<readonly R[]>([]);
  readonly loading = signal(true);
  readonly problem = signal<string | null>(null);
  readonly complete = signal(false);
  /** How many rows have changed without showing it. */
  readonly waiting = signal(0);
  /** The rows that changed just now. */
  readonly changed = signal<ReadonlySet<string>>(new Set());

  readonly #read: ReadPage<R>;
  readonly #end = new AbortController();
  #pages: Page<R>[] = [];
  #hold: Hold = "no";
  #view: [number, number] = [0, 0];
  #unseen = new Set<string>();
  #stale = false;
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fading: ReturnType<typeof setTimeout> | undefined;

  /** `meanwhile`: what is shown until the first page is there. */
  constructor(read: ReadPage<R>, meanwhile: readonly R[] = []) {
    this.#read = read;
    this.rows.value = meanwhile;
    this.more();
  }

  close(): void {
    this.#end.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#fading);
  }

  /** Read the next page, if there is one and none is being read. */
  more(): Promise<void> {
    const last = this.#pages.at(-1);
    if (last && last.next === null) return Promise.resolve();
    return this.#alone(async () => {
      const page = await this.#page(last?.next ?? null);
      this.#pages.push(page);
      this.#publish();
    });
  }

  /** These rows changed; null: any may have. */
  touch(ids: readonly string[] | null): void {
    for (const id of ids ?? []) this.#unseen.add(id);
    this.#stale = true;
    this.#count();
    this.#soon();
  }

  /** How much may change now. */
  hold(hold: Hold): void {
    if (hold === this.#hold) return;
    this.#hold = hold;
    this.#count();
    if (this.#stale) this.#soon();
  }

  /** Which rows are looked at. */
  look(first: number, last: number): void {
    this.#view = [first, last];
    if (this.#isNearEnd()) this.more();
  }

  /** Show all that changed, now. */
  renew(): Promise<void> {
    return this.#alone(async () => {
      this.#stale = false;
      const unseen = this.#unseen;
      this.#unseen = new Set();
      try {
        const first = await this.#page(null);
        const rest = this.#pages.slice(1);
        this.#pages = [first, ...(rest[0]?.after === first.next ? rest : [])];
        this.#publish(true);
      } catch (error) {
        this.#unseen = new Set([...this.#unseen, ...unseen]);
        this.#stale = true;
        throw error;
      }
    });
  }

  /** Change the rows that are looked at where they stand. */
  #update(): Promise<void> {
    return this.#alone(async () => {
      this.#stale = false;
      for (const page of this.#inView()) {
        const now = new Map((await this.#page(page.after)).rows.map((row) => [row.id, row]));
        page.rows = page.rows.map((row) => now.get(row.id) ?? row);
        for (const row of page.rows) if (now.has(row.id)) this.#unseen.delete(row.id);
      }
      this.#publish(true);
    });
  }

  #soon(): void {
    if (this.#hold === "paused" || this.#timer !== undefined || this.#busy) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#hold === "no" || this.#pages.length === 0) this.renew();
      else if (this.#hold === "reading") this.#update();
    }, PAUSE);
  }

  /** One question at a time; what comes up meanwhile is asked afterwards. */
  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#busy || this.#end.signal.aborted) return;
    this.#busy = true;
    this.loading.value = true;
    let failed: string | null = null;
    try {
      await work();
    } catch (error) {
      if (!this.#end.signal.aborted) failed = error instanceof Error ? error.message : String(error);
      if (!(error instanceof Problem) && !this.#end.signal.aborted) console.error(error);
    }
    this.#busy = false;
    if (this.#end.signal.aborted) return;
    batch(() => {
      this.loading.value = false;
      this.problem.value = failed;
    });
    if (failed !== null) return;
    if (this.#stale) this.#soon();
    else if (this.#isNearEnd()) this.more();
  }

  async #page(after: string | null): Promise<Page<R>> {
    const answer = await this.#read(after, this.#end.signal);
    return { after, rows: answer.body, next: answer.next };
  }

  #isNearEnd(): boolean {
    return !this.complete.value && this.#view[1] >= this.rows.value.length - NEAR;
  }

  #inView(): Page<R>[] {
    const [first, last] = this.#view;
    let start = 0;
    return this.#pages.filter((page) => {
      const from = start;
      start += page.rows.length;
      return from <= last && start > first;
    });
  }

  #publish(marked = false): void {
    if (this.#end.signal.aborted) return;
    const before = marked ? new Map(this.rows.value.map((row) => [row.id, JSON.stringify(row)])) : null;
    const rows = this.#pages.flatMap((page) => page.rows);
    batch(() => {
      this.rows.value = rows;
      this.complete.value = this.#pages.at(-1)?.next === null;
      if (before) this.#mark(rows.filter((row) => before.get(row.id) !== JSON.stringify(row)));
      this.#count();
    });
  }

  #mark(rows: R[]): void {
    if (rows.length === 0) return;
    this.changed.value = new Set(rows.map((row) => row.id));
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => {
      this.changed.value = new Set();
    }, SHOWN);
  }

  #count(): void {
    this.waiting.value = this.#hold === "no" ? 0 : this.#unseen.size;
  }
}
