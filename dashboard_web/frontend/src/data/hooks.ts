/** Data that lives as long as the component that shows it. */

import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import { useNews } from "../dashboard";
import type { News } from "../live/connection";
import type { ChangeEvent } from "../live/frames";
import { get, type Query } from "./api";
import { PagedList } from "./paged-list";
import type { Touches } from "./touches";
import { Watched } from "./watched";

/** A list of the API, followed live. */
export function useList<R extends { id: string }>(path: string, query: Query, touches: Touches): PagedList<R> {
  const text = JSON.stringify(query);
  const before = useRef<readonly R[]>([]);
  const list = useMemo(
    () =>
      new PagedList<R>(
        (after, signal) => get(path, { limit: 100, ...JSON.parse(text), after }, signal),
        before.current,
      ),
    [path, text],
  );
  before.current = list.rows.value;
  useEffect(() => () => list.close(), [list]);
  useNews(useCallback((news: News) => follow(list, news, touches), [list, touches]));
  return list;
}

function follow(list: PagedList<{ id: string }>, news: News, touches: Touches): void {
  const touched = news.events.map(touches);
  const ids = touched.flatMap((some) => some ?? []);
  if (ids.length) list.touch(ids);
  if (news.everything || touched.includes(null)) list.touch(null);
}

/** One answer of the API, asked for again when an event concerns it. `concerns` must not change by itself. */
export function useWatched<T>(path: string, query: Query, concerns: (event: ChangeEvent) => boolean): Watched<T> {
  const text = JSON.stringify(query);
  const watched = useMemo(
    () => new Watched<T>(async (signal) => (await get<T>(path, JSON.parse(text), signal)).body),
    [path, text],
  );
  useEffect(() => () => watched.close(), [watched]);
  useNews(
    useCallback(
      (news: News) => {
        if (news.everything || news.events.some(concerns)) watched.touch();
      },
      [watched, concerns],
    ),
  );
  return watched;
}
