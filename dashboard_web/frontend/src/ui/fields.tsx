/** An entity on one line. */

import type { Entity, Json } from "../live/frames";

const LONG = 28; // characters of a text that are shown

export function Fields({ entity }: { entity: Entity | null }) {
  const fields = Object.entries(entity ?? {})
    .filter(([name]) => name !== "id")
    .sort(([one], [other]) => Number(isReference(one)) - Number(isReference(other)));
  return (
    <span class="fields">
      {fields.map(([name, value]) => (
        <span key={name}>
          <i>{name}</i> {shown(value)}
        </span>
      ))}
    </span>
  );
}

/** What it refers to says least to a person, so it comes last. */
function isReference(name: string): boolean {
  return name.endsWith("Id");
}

function shown(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONG ? `${text.slice(0, LONG - 1)}…` : text;
}
