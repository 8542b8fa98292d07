/** The head of a view: what it is, and its tools. */

import type { ComponentChildren } from "preact";

export function Heading({ title, note, children }: { title: string; note?: string; children?: ComponentChildren }) {
  return (
    <header class="heading">
      <h1>
        {title}
        {note && <small>{note}</small>}
      </h1>
      <div class="tools">{children}</div>
    </header>
  );
}
