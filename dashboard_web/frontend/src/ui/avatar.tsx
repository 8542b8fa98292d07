/** A small sign by which a row is found again. */

export function Avatar({ id, name, square = false }: { id: string; name: string; square?: boolean }) {
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .slice(0, 2)
    .join("");
  return (
    <span class={`avatar hue-${hue(id)} ${square ? "square" : ""}`} aria-hidden="true">
      {initials.toUpperCase() || "?"}
    </span>
  );
}

/** One of eight, always the same for an id. */
function hue(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + sign.charCodeAt(0)) >>> 0;
  return sum % 8;
}
