/** The page's address: `#/customers/ID/history?sort=-totalSpent`. All that a reader would want to share is in it. */

import { type ReadonlySignal, signal } from "@preact/signals";

export const VIEWS = ["sales", "customers", "products", "purchases", "log", "system"] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  /** What stands after the view. */
  rest: readonly string[];
  query: Readonly<Record<string, string>>;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const [first, ...rest] = path.split("/").filter(Boolean).map(decoded);
  const view = VIEWS.find((name) => name === first) ?? "sales";
  return { view, rest, query: Object.fromEntries(new URLSearchParams(query)) };
}

export function href(view: View, rest: readonly string[] = [], query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const text = new URLSearchParams(given).toString();
  return `#/${[view, ...rest.map(encodeURIComponent)].join("/")}${text && `?${text}`}`;
}

export class Router {
  readonly #route = signal(parse(location.hash));

  constructor() {
    window.addEventListener("hashchange", () => {
      this.#route.value = parse(location.hash);
    });
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  /** Go there; a filter replaces the address, so that Back leaves the view and not the last letter typed. */
  go(to: string, replace = false): void {
    if (replace) history.replaceState(null, "", to);
    else location.hash = to;
    this.#route.value = parse(location.hash);
  }

  /** Change the query, and nothing else. */
  filter(query: Readonly<Record<string, string>>): void {
    const { view, rest, query: old } = this.#route.value;
    this.go(href(view, rest, { ...old, ...query }), true);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
