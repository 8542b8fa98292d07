/** One answer, asked for again whenever it may have changed. */

import { batch, signal } from "@preact/signals";
import type { Problem } from "./api";

const PAUSE = 350; // milliseconds between two questions

export class Watched<T> {
  readonly value = signal<T | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly #read: (signal: AbortSignal) => Promise<T>;
  readonly #end = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #again = false;

  constructor(read: (signal: AbortSignal) => Promise<T>) {
    this.#read = read;
    this.#ask();
  }

  close(): void {
    this.#end.abort();
    clearTimeout(this.#timer);
  }

  /** It may have changed. */
  touch(): void {
    if (this.#busy) this.#again = true;
    else this.#timer ??= setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#busy = true;
    try {
      const value = await this.#read(this.#end.signal);
      this.#tell(value, null);
    } catch (error) {
      this.#tell(this.value.value, error as Problem);
    }
    this.#busy = false;
    if (this.#again) {
      this.#again = false;
      this.touch();
    }
  }

  #tell(value: T | null, problem: Problem | null): void {
    if (this.#end.signal.aborted) return;
    batch(() => {
      this.value.value = value;
      this.problem.value = problem;
    });
  }
}
