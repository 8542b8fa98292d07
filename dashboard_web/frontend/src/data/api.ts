/** Requests to the page's own host, at addresses relative to the page. */

export class Problem extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Answer<T> {
  body: T;
  /** `after` of the next page; null: this is the last. */
  next: string | null;
  /** Which state it was made from. */
  positions: string[];
}

export type Query = Record<string, string | number | null | undefined>;

/** GET JSON; throws Problem. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer<T>> {
  const answer = await ask(address(path, query), { signal: signal ?? null });
  return { body: await answer.json(), next: next(answer.headers), positions: positions(answer.headers) };
}

/** POST without a body; throws Problem. */
export async function post(path: string): Promise<void> {
  await ask(address(path), { method: "POST", headers: { "Content-Type": "application/json" } });
}

/** One entity's part of a path. */
export const segment = encodeURIComponent;

function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `./${path}${text && `?${text}`}`;
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, headers: { Accept: "application/json", ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "The dashboard does not answer.");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => null);
  throw new Problem(answer.status, said?.detail ?? `The dashboard answered ${answer.status}.`);
}

function next(headers: Headers): string | null {
  const target = /<([^>]*)>;\s*rel="next"/.exec(headers.get("Link") ?? "")?.[1];
  return target ? new URL(target, "http://page").searchParams.get("after") : null;
}

function positions(headers: Headers): string[] {
  return (headers.get("Log-Position") ?? "").split(",").flatMap((text) => text.trim() || []);
}
