/** One customer, product or purchase: its purchases, and all that happened to it. */

import type { ComponentChildren } from "preact";
import { useCallback } from "preact/hooks";
import { useDashboard } from "../dashboard";
import { segment } from "../data/api";
import { useList, useWatched } from "../data/hooks";
import { type Customer, fullName, type Product, type Purchase } from "../data/shop";
import * as touches from "../data/touches";
import { count, money } from "../format";
import type { ChangeEvent } from "../live/frames";
import { href, type View } from "../routes";
import { Avatar } from "../ui/avatar";
import { Sheet } from "../ui/sheet";
import { Table } from "../ui/table";
import { History } from "./history";
import { OF_CUSTOMER, OF_PRODUCT } from "./purchase-columns";

export type Kind = "customers" | "products" | "purchases";

export function EntitySheet({ kind, id, tab }: { kind: Kind; id: string; tab: string | undefined }) {
  const { router } = useDashboard();
  const { query } = router.route.value;
  const { at: _, ...filters } = query;
  const history = tab === "history" || kind === "purchases";
  const to = (...more: string[]) => href(kind as View, [id, ...more], filters);
  return (
    <Sheet label={`${kind.slice(0, -1)} ${id}`} onClose={() => router.go(href(kind as View, [], filters))}>
      {kind === "customers" && <CustomerHead id={id} />}
      {kind === "products" && <ProductHead id={id} />}
      {kind === "purchases" && <Head id={id} name="Purchase" />}
      {kind !== "purchases" && (
        <nav class="tabs" aria-label="About it">
          <a href={to()} aria-current={history ? undefined : "page"}>
            Purchases
          </a>
          <a href={to("history")} aria-current={history ? "page" : undefined}>
            History
          </a>
        </nav>
      )}
      {history ? <History key={id} topic={kind} id={id} at={query.at} /> : <Bought key={id} kind={kind} id={id} />}
    </Sheet>
  );
}

function CustomerHead({ id }: { id: string }) {
  const concerns = useCallback((event: ChangeEvent) => touches.customers(event)?.includes(id) ?? true, [id]);
  const customer = useWatched<Customer>(`api/customers/${segment(id)}`, {}, concerns);
  const found = customer.value.value;
  const gone = customer.problem.value?.status === 404;
  return (
    <Head id={id} name={found ? fullName(found) : gone ? "Unknown customer" : ""} gone={gone}>
      {found && !gone && (
        <>
          <Figure label="Total spent" value={money(found.totalSpent)} />
          <Figure label="Purchases" value={count(found.purchaseCount)} />
        </>
      )}
    </Head>
  );
}

function ProductHead({ id }: { id: string }) {
  const concerns = useCallback((event: ChangeEvent) => touches.products(event)?.includes(id) ?? true, [id]);
  const product = useWatched<Product>(`api/products/${segment(id)}`, {}, concerns);
  const found = product.value.value;
  const gone = product.problem.value?.status === 404;
  return (
    <Head id={id} name={found ? found.name : gone ? "Unknown product" : ""} gone={gone} square>
      {found && !gone && (
        <>
          <Figure label="Price" value={money(found.price)} />
          <Figure label="Total sold" value={money(found.totalSpent)} />
          <Figure label="Purchases" value={count(found.purchaseCount)} />
          <Figure label="Customers" value={count(found.customerCount)} />
        </>
      )}
    </Head>
  );
}

function Head(props: { id: string; name: string; gone?: boolean; square?: boolean; children?: ComponentChildren }) {
  return (
    <header class="entity-head">
      <div class="who">
        <Avatar id={props.id} name={props.name || "…"} square={props.square ?? false} />
        <span>
          <h2>{props.name || "…"}</h2>
          <small>
            <code>{props.id}</code>
            {props.gone && <span class="gone"> removed, or never there</span>}
          </small>
        </span>
      </div>
      <dl class="figures">{props.children}</dl>
    </header>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd key={value} class="fresh">
        {value}
      </dd>
    </div>
  );
}

function Bought({ kind, id }: { kind: Kind; id: string }) {
  const list = useList<Purchase>(`api/${kind}/${segment(id)}/purchases`, {}, touches.purchases);
  return (
    <Table
      label="Purchases"
      list={list}
      columns={kind === "customers" ? OF_CUSTOMER : OF_PRODUCT}
      empty={<p class="message">Nothing was bought yet.</p>}
    />
  );
}
