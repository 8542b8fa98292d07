/** JSON as it is, in colour. */

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, string, colon, word] = found;
    parts.push(text.slice(end, found.index));
    const kind = string ? (colon ? "name" : "string") : word ? "word" : "figure";
    parts.push(
      <span key={found.index} class={`json-${kind}`}>
        {string ?? whole}
      </span>,
    );
    if (colon) parts.push(colon);
    end = found.index + whole.length;
  }
  parts.push(text.slice(end));
  return <pre class="json">{parts}</pre>;
}
