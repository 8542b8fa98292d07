/** What every part of the page shares. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { get } from "./data/api";
import { Recent } from "./data/recent";
import { Connection, type News } from "./live/connection";
import { Router } from "./routes";

export class Dashboard {
  readonly router = new Router();
  readonly recent = new Recent();
  readonly live = new Connection({
    open: () => new WebSocket(new URL("./ws", location.href.split("#")[0]).href.replace(/^http/, "ws")),
    positions: async () => (await get("api/products", { limit: 1 })).positions,
    answers: () =>
      fetch("./livez", { signal: AbortSignal.timeout(5_000) }).then(
        (answer) => answer.ok,
        () => false,
      ),
  });

  start(): void {
    this.live.listen(({ events, past }) => {
      if (events.length + past.length) this.recent.add(events, past);
    });
    this.live.start();
  }
}

export const Shared = createContext<Dashboard | null>(null);

export function useDashboard(): Dashboard {
  const dashboard = useContext(Shared);
  if (!dashboard) throw new Error("outside of the dashboard");
  return dashboard;
}

/** Be told what happens for as long as the component is there. */
export function useNews(listener: (news: News) => void): void {
  const { live } = useDashboard();
  useEffect(() => live.listen(listener), [live, listener]);
}

/** The time, told anew every few seconds. */
export function useNow(milliseconds = 5_000): number {
  const [now, tell] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => tell(Date.now()), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
  return now;
}
