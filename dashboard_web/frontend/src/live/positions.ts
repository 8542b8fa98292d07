/** How far each partition was seen: what to subscribe after. */

export class Positions {
  readonly #offsets = new Map<string, number>();

  /** Start again from these, such as `eventbus.products-0@42`. */
  reset(positions: readonly string[]): void {
    this.#offsets.clear();
    for (const position of positions) this.see(position);
  }

  /** Note a position; false: it was seen before. */
  see(position: string): boolean {
    const [partition, offset] = split(position);
    if (offset <= (this.#offsets.get(partition) ?? -1)) return false;
    this.#offsets.set(partition, offset);
    return true;
  }

  /** The last position seen of each partition. */
  list(): string[] {
    return [...this.#offsets].map(([partition, offset]) => `${partition}@${offset}`);
  }

  /** The same, `back` records earlier; partitions that are shorter are left out. */
  earlier(back: number): string[] {
    return [...this.#offsets].filter(([, at]) => at >= back).map(([name, at]) => `${name}@${at - back}`);
  }

  /** Whether it is one of those seen so far. */
  has(position: string): boolean {
    const [partition, offset] = split(position);
    return offset <= (this.#offsets.get(partition) ?? -1);
  }
}

function split(position: string): [string, number] {
  const at = position.lastIndexOf("@");
  return [position.slice(0, at), Number(position.slice(at + 1))];
}
