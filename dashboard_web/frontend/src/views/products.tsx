/** Everything that can be bought. */

import type { Product } from "../data/shop";
import { products } from "../data/touches";
import { count, money, some } from "../format";
import { href } from "../routes";
import { Avatar } from "../ui/avatar";
import { Empty } from "../ui/messages";
import type { Column } from "../ui/table";
import { FirstSteps } from "./first-steps";
import { ListView } from "./list-view";

const COLUMNS: readonly Column<Product>[] = [
  {
    name: "name",
    title: "Product",
    sorts: true,
    cell: (product) => (
      <span class="who">
        <Avatar id={product.id} name={product.name} square />
        <span>
          <a href={href("products", [product.id])}>{product.name}</a>
          <small class="narrow">
            {money(product.price)} · {some(product.purchaseCount, "purchase")}
          </small>
        </span>
      </span>
    ),
  },
  { name: "price", title: "Price", number: true, sorts: true, minor: true, cell: ({ price }) => money(price) },
  {
    name: "purchaseCount",
    title: "Purchases",
    number: true,
    sorts: true,
    minor: true,
    cell: (product) => count(product.purchaseCount),
  },
  {
    name: "customerCount",
    title: "Customers",
    number: true,
    sorts: true,
    minor: true,
    cell: (product) => count(product.customerCount),
  },
  {
    name: "totalSpent",
    title: "Total sold",
    number: true,
    sorts: true,
    cell: (product) => <b>{money(product.totalSpent)}</b>,
  },
];

export function Products() {
  return (
    <ListView
      view="products"
      title="Products"
      columns={COLUMNS}
      touches={products}
      sort="-totalSpent"
      empty={
        <Empty icon="products" title="No products yet">
          <FirstSteps of="products" />
        </Empty>
      }
    />
  );
}
