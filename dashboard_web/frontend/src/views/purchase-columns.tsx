/** The columns of a list of purchases; where they are one customer's or one product's, that one's is left out. */

import { fullName, type Purchase } from "../data/shop";
import { date, money } from "../format";
import { href } from "../routes";
import { Avatar } from "../ui/avatar";
import type { Column } from "../ui/table";

const CUSTOMER: Column<Purchase> = {
  name: "customer",
  title: "Customer",
  cell: ({ customer, product, transactionDate }) => (
    <span class="who">
      <Avatar id={customer?.id ?? ""} name={customer ? fullName(customer) : "?"} />
      <span>
        {customer ? (
          <a href={href("customers", [customer.id])}>{fullName(customer)}</a>
        ) : (
          <i class="unknown">unknown customer</i>
        )}
        <small class="narrow">
          {product?.name ?? "unknown product"} · {transactionDate ? date(transactionDate) : "no date"}
        </small>
      </span>
    </span>
  ),
};

const PRODUCT: Column<Purchase> = {
  name: "product",
  title: "Product",
  cell: ({ product, transactionDate }) => (
    <span class="who">
      <Avatar id={product?.id ?? ""} name={product?.name ?? "?"} square />
      <span>
        {product ? <a href={href("products", [product.id])}>{product.name}</a> : <i class="unknown">unknown product</i>}
        <small class="narrow">{transactionDate ? date(transactionDate) : "no date"}</small>
      </span>
    </span>
  ),
};

const AMOUNT: Column<Purchase> = {
  name: "amountSpent",
  title: "Amount",
  number: true,
  cell: ({ amountSpent }) => <b>{money(amountSpent)}</b>,
};

const DATE: Column<Purchase> = {
  name: "transactionDate",
  title: "Date",
  number: true,
  minor: true,
  cell: ({ id, transactionDate }) => (
    <a class="quiet" href={href("purchases", [id])}>
      {transactionDate ? <time dateTime={transactionDate}>{date(transactionDate)}</time> : "no date"}
    </a>
  ),
};

export const ALL: readonly Column<Purchase>[] = [CUSTOMER, { ...PRODUCT, minor: true }, AMOUNT, DATE];
export const OF_CUSTOMER: readonly Column<Purchase>[] = [PRODUCT, AMOUNT, DATE];
export const OF_PRODUCT: readonly Column<Purchase>[] = [CUSTOMER, AMOUNT, DATE];
