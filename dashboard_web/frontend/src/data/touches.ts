/** Which rows of a list an event changes. */

import type { ChangeEvent, Json } from "../live/frames";

/** null: perhaps some; the list has to ask. */
export type Touches = (event: ChangeEvent) => readonly string[] | null;

export const customers: Touches = ({ topic, id, entity }) =>
  topic === "customers" ? [id] : topic === "purchases" ? ids(entity?.customerId) : [];

export const products: Touches = ({ topic, id, entity }) =>
  topic === "products" ? [id] : topic === "purchases" ? ids(entity?.productId) : [];

/** A purchase shows its customer's and its product's name. */
export const purchases: Touches = ({ topic, id }) => (topic === "purchases" ? [id] : null);

function ids(value: Json | undefined): readonly string[] | null {
  return typeof value === "string" ? [value] : null;
}
