/** Sales over time as a chart needs them: one point for each minute, hour or day, those without sales too. */

import type { Bucket } from "./shop";

export type By = "minute" | "hour" | "day";

export interface Point {
  /** Seconds since 1970. */
  at: number;
  count: number;
  total: number;
}

export const SPANS: Record<By, { seconds: number; points: number; label: string }> = {
  minute: { seconds: 60, points: 60, label: "Last hour" },
  hour: { seconds: 3_600, points: 48, label: "Last 48 hours" },
  day: { seconds: 86_400, points: 30, label: "Last 30 days" },
};

/** The points up to the one that `now` (milliseconds) is in, oldest first. Buckets begin at whole steps of UTC. */
export function points(buckets: readonly Bucket[], by: By, now: number): Point[] {
  const { seconds, points: count } = SPANS[by];
  const sold = new Map(buckets.map((bucket) => [Date.parse(bucket.from) / 1000, bucket]));
  const last = Math.floor(now / 1000 / seconds) * seconds;
  return Array.from({ length: count }, (_, index) => {
    const at = last - (count - 1 - index) * seconds;
    const bucket = sold.get(at);
    return { at, count: bucket?.purchaseCount ?? 0, total: bucket?.total ?? 0 };
  });
}
