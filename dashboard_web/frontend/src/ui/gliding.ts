/** Rows that move glide to their new place, so that the eye can follow. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const FURTHEST = 12; // rows; what comes from further away is simply there

export function useGliding(body: RefObject<HTMLElement | null>, ids: readonly string[], height: number): void {
  const before = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const places = new Map(ids.map((id, place) => [id, place]));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const row of still ? [] : (body.current?.querySelectorAll<HTMLElement>("[data-id]") ?? [])) {
      const id = row.dataset.id ?? "";
      const moved = (before.current.get(id) ?? Number.NaN) - (places.get(id) ?? Number.NaN);
      if (moved && Math.abs(moved) <= FURTHEST) glide(row, moved * height);
    }
    before.current = places;
  }, [body, ids, height]);
}

function glide(row: HTMLElement, from: number): void {
  row.animate([{ transform: `translateY(${from}px)` }, { transform: "none" }], {
    duration: 380,
    easing: "cubic-bezier(.2,.8,.2,1)",
  });
}
