/** What the dashboard's API answers. */

export interface Customer {
  id: string;
  firstName: string;
  lastName: string;
  purchaseCount: number;
  totalSpent: number;
}

export interface Product {
  id: string;
  name: string;
  price: number;
  purchaseCount: number;
  customerCount: number;
  totalSpent: number;
}

export interface Purchase {
  id: string;
  /** null: not known, or gone. */
  customer: Pick<Customer, "id" | "firstName" | "lastName"> | null;
  product: Pick<Product, "id" | "name" | "price"> | null;
  amountSpent: number;
  transactionDate: string | null;
}

/** What was sold in the time that begins at `from`. */
export interface Bucket {
  from: string;
  purchaseCount: number;
  total: number;
}

/** One event of an entity's history. */
export interface Past {
  position: string;
  /** The function that decided it; null: another program wrote it. */
  type: string | null;
  time: string;
  removed: boolean;
  entity: Record<string, unknown> | null;
}

export interface Partition {
  topic: string;
  partition: number;
  position: number;
  end: number;
}

export interface Status {
  ready: boolean;
  reasons: string[];
  partitions: Partition[];
  lag_seconds: number | null;
  contact_seconds: number;
  entities: Record<string, number>;
  unreadable: number;
  repairs_waiting: number;
  oldest_repair_seconds: number;
  dead_letters: number;
  parked: number;
  counters: Record<string, number>;
}

export interface ServiceState {
  name: string;
  url: string;
  /** null: it does not answer, and `error` says why. */
  status: Status | null;
  error: string | null;
}

/** A dead letter, or a parked event: what both have, and the rest as it comes. */
export interface Kept {
  number: number;
  position: string;
  reason: string;
  time: string;
  [more: string]: unknown;
}

export function fullName(customer: Pick<Customer, "firstName" | "lastName">): string {
  return `${customer.firstName} ${customer.lastName}`;
}
