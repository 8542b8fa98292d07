/** A topic's name in its colour. */

export function Topic({ name }: { name: string }) {
  return <span class={`topic ${name}`}>{name}</span>;
}

/** The last part of a log's topic name, which the page gives its colour: `products` of `eventbus.products`. */
export function shortTopic(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
