/** Sales over time, and what makes them. */

import { useState } from "preact/hooks";
import { useDashboard, useNow } from "../dashboard";
import { useWatched } from "../data/hooks";
import { type Bucket, type Customer, fullName, type Product } from "../data/shop";
import { type By, type Point, points, SPANS } from "../data/time-axis";
import { ago, compact, count, dayOrTime, money, some } from "../format";
import type { ChangeEvent } from "../live/frames";
import { href, type View } from "../routes";
import { Avatar } from "../ui/avatar";
import { Choices } from "../ui/buttons";
import { Chart } from "../ui/chart";
import { Fields } from "../ui/fields";
import { Empty, Problem } from "../ui/messages";
import { Topic } from "../ui/topic";
import { FirstSteps } from "./first-steps";
import { Heading } from "./heading";

const SPAN_CHOICES = (["minute", "hour", "day"] as const).map((value) => ({ value, label: SPANS[value].label }));
const LOOKS = [
  { value: "chart", label: "Chart" },
  { value: "table", label: "Table" },
] as const;
const TOP = 5;

const ofPurchases = ({ topic }: ChangeEvent) => topic === "purchases";
const ofAny = () => true;

export function Sales() {
  const { router } = useDashboard();
  const { query } = router.route.value;
  const by = SPAN_CHOICES.find(({ value }) => value === query.by)?.value ?? "minute";
  const span = SPANS[by];
  const now = useNow();
  const buckets = useWatched<Bucket[]>("api/sales", { by, limit: span.points }, ofPurchases);
  const sold = points(buckets.value.value ?? [], by, now);
  const products = useWatched<Product[]>("api/products", { sort: "-totalSpent", limit: TOP }, ofAny);
  const customers = useWatched<Customer[]>("api/customers", { sort: "-totalSpent", limit: TOP }, ofAny);
  if (products.value.value?.length === 0 && customers.value.value?.length === 0) return <EmptyShop />;
  return (
    <div class="overview">
      <Heading title="Sales">
        <Choices
          label="Span"
          value={by}
          choices={SPAN_CHOICES}
          onChange={(to) => router.filter({ by: to === "minute" ? "" : to })}
        />
      </Heading>
      {buckets.problem.value && <Problem text={buckets.problem.value.message} />}
      <Totals sold={sold} span={span.label} />
      <SalesCard sold={sold} by={by} />
      <div class="pair">
        <TopList
          title="Top products"
          view="products"
          square
          rows={products.value.value?.map((it) => ({ ...it, title: it.name }))}
        />
        <TopList
          title="Top customers"
          view="customers"
          rows={customers.value.value?.map((it) => ({ ...it, title: fullName(it) }))}
        />
        <Happening now={now} />
      </div>
    </div>
  );
}

function EmptyShop() {
  return (
    <>
      <Heading title="Sales" />
      <div class="card">
        <Empty icon="sales" title="The shop is open, and empty">
          <FirstSteps of="products" />
        </Empty>
      </div>
    </>
  );
}

function Totals({ sold, span }: { sold: readonly Point[]; span: string }) {
  const total = sold.reduce((sum, point) => sum + Math.round(point.total * 100), 0) / 100;
  const number = sold.reduce((sum, point) => sum + point.count, 0);
  const figures = [
    ["Revenue", money(total)],
    ["Purchases", count(number)],
    ["Average purchase", number ? money(total / number) : "–"],
  ] as const;
  return (
    <dl class="totals">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>
            {label} <span>{span.toLowerCase()}</span>
          </dt>
          <dd key={value} class="fresh">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function SalesCard({ sold, by }: { sold: readonly Point[]; by: By }) {
  const [look, choose] = useState<"chart" | "table">("chart");
  const [over, hover] = useState<number | null>(null);
  const point = over === null ? undefined : sold[over];
  return (
    <section class="card sales-card" aria-label="Sales over time">
      <header>
        <h2>
          {point ? `${dayOrTime(new Date(point.at * 1000), by === "day")} · ${money(point.total)}` : `Revenue by ${by}`}
          {point && <small> {some(point.count, "purchase")}</small>}
        </h2>
        <Choices label="Show as" value={look} choices={LOOKS} onChange={choose} />
      </header>
      {look === "chart" ? (
        <Chart
          points={sold}
          onHover={hover}
          label={description(sold, by)}
          format={(at) => dayOrTime(at, by === "day")}
          amount={compact}
        />
      ) : (
        <SalesTable sold={sold} by={by} />
      )}
    </section>
  );
}

function description(sold: readonly Point[], by: By): string {
  const best = sold.reduce((most, point) => (point.total > most.total ? point : most), sold[0] as Point);
  return `Revenue by ${by}. The most, ${money(best.total)}, was at ${dayOrTime(new Date(best.at * 1000), by === "day")}. The table has every figure.`;
}

function SalesTable({ sold, by }: { sold: readonly Point[]; by: By }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroller short" aria-label="Sales by time" tabIndex={0}>
      <table>
        <caption class="unseen">Revenue by {by}, newest first</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" class="number">
              Purchases
            </th>
            <th scope="col" class="number">
              Revenue
            </th>
          </tr>
        </thead>
        <tbody>
          {[...sold].reverse().map((point) => (
            <tr key={point.at}>
              <td>{dayOrTime(new Date(point.at * 1000), by === "day")}</td>
              <td class="number">{count(point.count)}</td>
              <td class="number">
                <b>{money(point.total)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface Top {
  id: string;
  title: string;
  purchaseCount: number;
  totalSpent: number;
}

function TopList(props: { title: string; view: View; square?: boolean; rows: readonly Top[] | undefined }) {
  const most = props.rows?.[0]?.totalSpent || 1;
  return (
    <section class={`card top ${props.view}`} aria-label={props.title}>
      <header>
        <h2>{props.title}</h2>
        <a href={href(props.view)}>All</a>
      </header>
      {props.rows?.length === 0 && <p class="message">There are no {props.view}.</p>}
      <ol>
        {props.rows?.map((row) => (
          <li key={row.id}>
            <Avatar id={row.id} name={row.title} square={props.square ?? false} />
            <a href={href(props.view, [row.id])}>{row.title}</a>
            <b>{money(row.totalSpent)}</b>
            <i class="bar" aria-hidden="true" style={{ width: `${(row.totalSpent / most) * 100}%` }} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Happening({ now }: { now: number }) {
  const { recent } = useDashboard();
  return (
    <section class="card happening" aria-label="Happening now">
      <header>
        <h2>Happening now</h2>
        <a href={href("log")}>Log</a>
      </header>
      <ol>
        {recent.events.value.slice(0, TOP + 1).map((event) => (
          <li key={event.position}>
            <Topic name={event.topic} />
            <a href={href("log", [event.topic, event.id, event.position])}>
              {shortFunction(event)} <Fields entity={event.entity} />
            </a>
            <time dateTime={event.time}>{ago(event.time, now)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** `create` of `purchases.create`: the topic stands before it. */
function shortFunction({ function: name, topic }: ChangeEvent): string {
  return name === null ? "another program" : name.replace(`${topic}.`, "");
}
