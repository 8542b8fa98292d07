/** What changed between two states of an entity. */

export interface Difference {
  field: string;
  /** undefined: it was not there. */
  before: unknown;
  /** undefined: it is no longer there. */
  after: unknown;
}

type State = Record<string, unknown> | null | undefined;

export function differences(before: State, after: State): Difference[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .filter((field) => field !== "id" && JSON.stringify(before?.[field]) !== JSON.stringify(after?.[field]))
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }));
}
