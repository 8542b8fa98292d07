/** Only the rows that are in view are there: TanStack's virtual core as a hook, for rows of one height. */

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

export interface Slice {
  items: VirtualItem[];
  /** Pixels of rows above and below those that are there. */
  above: number;
  below: number;
}

export function useVirtual(scroller: RefObject<HTMLElement | null>, count: number, height: number): Slice {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const [virtual] = useState(
    () =>
      new Virtualizer<HTMLElement, HTMLElement>({
        count,
        getScrollElement: () => scroller.current,
        estimateSize: () => height,
        overscan: 10,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        initialRect: { width: 0, height: 900 },
        onChange: () => redraw(0 as never),
      }),
  );
  virtual.setOptions({ ...virtual.options, count, estimateSize: () => height });
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  useLayoutEffect(() => virtual._willUpdate());
  useLayoutEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  return {
    items,
    above: items[0]?.start ?? 0,
    below: Math.max(0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0)),
  };
}
