/** Everybody who buys. */

import { type Customer, fullName } from "../data/shop";
import { customers } from "../data/touches";
import { count, money, some } from "../format";
import { href } from "../routes";
import { Avatar } from "../ui/avatar";
import { Empty } from "../ui/messages";
import type { Column } from "../ui/table";
import { FirstSteps } from "./first-steps";
import { ListView } from "./list-view";

const COLUMNS: readonly Column<Customer>[] = [
  {
    name: "lastName",
    title: "Customer",
    sorts: true,
    cell: (customer) => (
      <span class="who">
        <Avatar id={customer.id} name={fullName(customer)} />
        <span>
          <a href={href("customers", [customer.id])}>{fullName(customer)}</a>
          <small class="narrow">{some(customer.purchaseCount, "purchase")}</small>
        </span>
      </span>
    ),
  },
  {
    name: "purchaseCount",
    title: "Purchases",
    number: true,
    sorts: true,
    minor: true,
    cell: (customer) => count(customer.purchaseCount),
  },
  {
    name: "totalSpent",
    title: "Total spent",
    number: true,
    sorts: true,
    cell: (customer) => <b>{money(customer.totalSpent)}</b>,
  },
];

export function Customers() {
  return (
    <ListView
      view="customers"
      title="Customers"
      columns={COLUMNS}
      touches={customers}
      sort="-totalSpent"
      empty={
        <Empty icon="customers" title="No customers yet">
          <FirstSteps of="customers" />
        </Empty>
      }
    />
  );
}
