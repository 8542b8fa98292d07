/** When to try again: from half a second, doubling to half a minute, anywhere below that (full jitter). */

const FIRST = 500;
const LONGEST = 30_000;

export class Backoff {
  #tries = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next try. */
  next(): number {
    const most = Math.min(LONGEST, FIRST * 2 ** this.#tries);
    this.#tries += 1;
    return this.#random() * most;
  }

  /** It worked. */
  reset(): void {
    this.#tries = 0;
  }
}
