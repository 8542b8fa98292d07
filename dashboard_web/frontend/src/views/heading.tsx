/** The head of a view: what it is, and its tools. */

import type { ComponentChildren } from "preact";

export function Heading({ title, note, children }: { title: string; note?: string; children?: ComponentChildren }) {
  return (
    <header class="heading">
      <div class="title">
        <h1>{title}</h1>
        {note && <small>{note}</small>}
      </div>
      <div class="tools">{children}</div>
    </header>
  );
}
